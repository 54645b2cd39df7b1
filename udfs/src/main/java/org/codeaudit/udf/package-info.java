/**
 * The Spark edge: functions over partitions and columns that review code and generate texts. Rows
 * in, rows out; the rows themselves are in {@code row}, what a task has at hand in {@code run}.
 */
package org.codeaudit.udf;
