package org.codeaudit.job.source.table;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.codeaudit.udf.row.ChangeSchema;

/** Whole files that are the values of a column. */
public final class ContentColumn {
  private ContentColumn() {}

  /**
   * One row of {@link ChangeSchema} for every file; what is not to be reviewed says why.
   *
   * @param files three columns of text: what tells the files apart, written to {@code repository};
   *     the path, null if it is the same; the whole file
   */
  public static Dataset<Row> changes(Dataset<Row> files) {
    return files.mapPartitions(new ContentRows(), Encoders.row(ChangeSchema.SCHEMA));
  }
}
