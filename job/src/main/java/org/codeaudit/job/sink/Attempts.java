package org.codeaudit.job.sink;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.row_number;

import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.functions;

/** Attempts at rows of a table of answers: a row that failed is asked again and has several. */
public final class Attempts {
  private static final String RANK = "attempt_rank";
  private static final String COUNTS = "attempt_counts";
  private static final String UNIT = "unit";

  private Attempts() {}

  /**
   * Each row with its latest attempt alone. A file that failed as a whole has a row of its own,
   * with no unit; once it has been split, only the rows of its units count.
   *
   * @param within columns that divide the rows into groups; each group is treated as if there were
   *     no others
   */
  public static Dataset<Row> latest(Dataset<Row> rows, String... within) {
    Dataset<Row> latest =
        rows.withColumn(
                RANK,
                row_number().over(partition(within, "row_key").orderBy(col("attempt").desc())))
            .where(col(RANK).equalTo(1))
            .drop(RANK);
    return List.of(rows.columns()).contains(UNIT) ? withoutWholes(latest, within) : latest;
  }

  private static Dataset<Row> withoutWholes(Dataset<Row> rows, String... within) {
    return rows.withColumn(COUNTS, counts(within)).where(col(COUNTS)).drop(COUNTS);
  }

  /**
   * Whether a row counts, of rows with {@code input_key} and {@code unit}: that of a whole file
   * does until the file is split.
   *
   * @param within see {@link #latest}
   */
  public static Column counts(String... within) {
    Column isUnit = col(UNIT).isNotNull();
    return isUnit.or(not(max(isUnit).over(partition(within, "input_key"))));
  }

  private static WindowSpec partition(String[] within, String column) {
    return Window.partitionBy(
        Stream.concat(Stream.of(within), Stream.of(column))
            .map(functions::col)
            .toArray(Column[]::new));
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
