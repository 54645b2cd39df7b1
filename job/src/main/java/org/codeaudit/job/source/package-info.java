/**
 * What is read: Spark's {@code format("git")} and {@code format("diff")}, and columns of tables,
 * each in a room of its own. Partitions are planned on the driver and hold names only; contents are
 * read where the partition runs. Every input comes back as a row of {@link
 * org.codeaudit.udf.row.ChangeSchema}, also what is skipped or unreadable.
 */
package org.codeaudit.job.source;
