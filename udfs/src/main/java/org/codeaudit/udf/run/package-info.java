/**
 * What a task has at hand while it runs: the model and its engine, the budget, progress, answers of
 * earlier runs, and the isolation of bad rows.
 */
package org.codeaudit.udf.run;
