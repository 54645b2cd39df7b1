/**
 * A row of {@link org.codeaudit.udf.row.ChangeSchema} on its way from whatever is read: how work is
 * cut into partitions, options and paths as people write them. Knows neither repositories nor
 * patches.
 */
package org.codeaudit.job.source.row;
