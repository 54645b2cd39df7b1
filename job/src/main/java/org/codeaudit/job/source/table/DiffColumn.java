package org.codeaudit.job.source.table;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.codeaudit.job.source.skip.ReadLimits;
import org.codeaudit.udf.row.ChangeSchema;

/** Patches that are the values of a column. */
public final class DiffColumn {
  private DiffColumn() {}

  /**
   * One row of {@link ChangeSchema} for every file of every patch; a patch without files (also
   * null) has one row saying so.
   *
   * @param textColumn the column with patches as text
   * @param keyColumn the column that tells the patches apart, written to {@code repository}
   */
  public static Dataset<Row> explode(Dataset<Row> frame, String textColumn, String keyColumn) {
    return explode(frame, textColumn, keyColumn, ReadLimits.DEFAULT_MAX_BYTES);
  }

  /**
   * As {@link #explode(Dataset, String, String)}.
   *
   * @param maxDiffCharacters length of a file's hunks over which it is skipped
   */
  public static Dataset<Row> explode(
      Dataset<Row> frame, String textColumn, String keyColumn, int maxDiffCharacters) {
    Column none = functions.lit(null);
    return explode(frame, textColumn, keyColumn, none, maxDiffCharacters);
  }

  /**
   * As {@link #explode(Dataset, String, String)}, for patches that may be the hunks of one file
   * without a header, as code hosts give them.
   *
   * @param pathColumn the column with that file's path; where a patch names its files itself, it is
   *     not looked at
   */
  public static Dataset<Row> explode(
      Dataset<Row> frame, String textColumn, String keyColumn, String pathColumn) {
    Column path = functions.col(pathColumn);
    return explode(frame, textColumn, keyColumn, path, ReadLimits.DEFAULT_MAX_BYTES);
  }

  private static Dataset<Row> explode(
      Dataset<Row> frame, String textColumn, String keyColumn, Column path, int maxDiffCharacters) {
    return frame
        .select(
            functions.col(keyColumn).cast("string"),
            functions.col(textColumn).cast("string"),
            path.cast("string").as("path"))
        .mapPartitions(new ExplodeDiffs(maxDiffCharacters), Encoders.row(ChangeSchema.SCHEMA));
  }
}
