/** The Spark edge: functions over partitions and their fixed schemas. Rows in, rows out. */
package org.codeaudit.udf;
