/**
 * The Spark edge: functions over partitions and columns that have code reviewed and texts written.
 * Rows in, rows out; the rows themselves are in {@code row}, what a task has at hand in {@code
 * run}.
 */
package org.codeaudit.udf;
