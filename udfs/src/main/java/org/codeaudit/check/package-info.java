/**
 * Checks as data: what is asked about code, where it applies, and how certain an answer makes a
 * finding. Knows no model and no Spark.
 */
package org.codeaudit.check;
