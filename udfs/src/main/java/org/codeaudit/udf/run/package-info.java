/**
 * What a task has while it runs: the model and its engine, the budget, progress, answers of earlier
 * runs, and what keeps one bad row from ending the others.
 */
package org.codeaudit.udf.run;
