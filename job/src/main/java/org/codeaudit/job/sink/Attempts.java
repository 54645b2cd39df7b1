package org.codeaudit.job.sink;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.row_number;

import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.functions;

/** Attempts at rows of a table of answers: a row that failed is asked again and has several. */
public final class Attempts {
  private static final String RANK = "attempt_rank";

  private Attempts() {}

  /**
   * Each row with its latest attempt alone.
   *
   * @param within columns that divide the rows into groups; each group is treated as if there were
   *     no others
   */
  public static Dataset<Row> latest(Dataset<Row> rows, String... within) {
    Column[] row =
        Stream.concat(Stream.of(within), Stream.of("row_key"))
            .map(functions::col)
            .toArray(Column[]::new);
    return rows.withColumn(
            RANK, row_number().over(Window.partitionBy(row).orderBy(col("attempt").desc())))
        .where(col(RANK).equalTo(1))
        .drop(RANK);
  }

  /** The rows that belong to the same attempts as those of another table. */
  public static Dataset<Row> of(Dataset<Row> rows, Dataset<Row> attempts) {
    Dataset<Row> keys = attempts.select("row_key", "attempt");
    Column same =
        rows.col("row_key")
            .equalTo(keys.col("row_key"))
            .and(rows.col("attempt").equalTo(keys.col("attempt")));
    return rows.join(keys, same, "left_semi");
  }
}
