package org.codeaudit.job.report;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.first_value;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.when;

import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.functions;
import org.codeaudit.job.series.CoverageTable;
import org.codeaudit.job.sink.Attempts;

/**
 * The findings that stand, of all runs in a folder. A file that was reviewed whole stands as a run
 * saw it last, and as it was asked about last where no run says what it saw; each commit's changes
 * stand for themselves, and what several of them say is said once.
 */
public final class LatestFindings {
  private LatestFindings() {}

  /**
   * Rows of {@code reviews} that stand: the last attempt of each unit, of the last complete state
   * of each file, or of the last one if none is complete.
   *
   * @param coverage rows of that table: they say which content of a file the last run saw, and
   *     which files are gone; without any, what was asked last stands
   * @param within columns that part the rows: those of each of their values are chosen from by
   *     themselves, as if there were no others
   */
  public static Dataset<Row> reviews(
      Dataset<Row> reviews, Dataset<Row> coverage, String... within) {
    Dataset<Row> own =
        present(
            reviews.where(coalesce(col("prompt_name"), lit("")).notEqual("triage")),
            coverage,
            within);
    Dataset<Row> latest = Attempts.latest(own, within);
    Column answered = when(col("status").isin("ok", "truncated", "skipped"), 1);
    Dataset<Row> files =
        latest
            .withColumn(
                "state_of",
                when(isWholeFile(), lit(""))
                    .otherwise(coalesce(col("commit_id"), col("content_sha"), lit(""))))
            .withColumn(
                "complete",
                count(answered)
                    .over(Window.partitionBy(columns(within, "input_key")))
                    .geq(coalesce(col("unit_count"), lit(1))));
    // Of one state all units stand, so the state is chosen and not the row. One of which units are
    // missing must not take the place of one that is complete.
    WindowSpec newest =
        Window.partitionBy(columns(within, "repository", "path", "state_of"))
            .orderBy(col("complete").desc(), col("started_at").desc_nulls_last(), col("input_key"));
    Dataset<Row> chosen =
        files
            .withColumn("chosen", first_value(col("input_key")).over(newest))
            .where(col("input_key").equalTo(col("chosen")));
    return chosen.drop("chosen", "state_of", "complete");
  }

  /** Without whole files that are gone or read otherwise when a run saw them last. */
  private static Dataset<Row> present(
      Dataset<Row> reviews, Dataset<Row> coverage, String... within) {
    Dataset<Row> seen =
        CoverageTable.latest(
            coverage.where(isWholeFile().and(col("outcome").notEqual(CoverageTable.FAILED))),
            within);
    Column[] places =
        Stream.concat(Stream.of(within), Stream.of("repository", "path"))
            .map(name -> col(name).as("seen_" + name))
            .toArray(Column[]::new);
    Column same =
        Stream.concat(Stream.of(within), Stream.of("repository", "path"))
            .map(name -> col(name).equalTo(col("seen_" + name)))
            .reduce(isWholeFile(), Column::and);
    Dataset<Row> last =
        seen.select(
            Stream.concat(
                    Stream.of(places),
                    Stream.of(col("input_key").as("seen_input"), col("outcome").as("seen_outcome")))
                .toArray(Column[]::new));
    Column stands =
        col("seen_input")
            .isNull()
            .or(
                col("seen_outcome")
                    .notEqual(CoverageTable.GONE)
                    .and(col("input_key").equalTo(col("seen_input"))));
    return reviews.join(last, same, "left").where(stands).drop(last.columns());
  }

  private static Column isWholeFile() {
    return col("change_kind").equalTo("file");
  }

  /**
   * Rows of {@code findings} that stand.
   *
   * @param standing what {@link #reviews} gives
   * @param least findings of checks of less confidence are left out
   * @param within as it was given to {@link #reviews}; the rows have these columns too
   */
  public static Dataset<Row> of(
      Dataset<Row> standing, Dataset<Row> findings, double least, String... within) {
    Dataset<Row> rows =
        standing
            .select(columns(within, "row_key", "attempt"))
            .withColumnRenamed("row_key", "standing_row")
            .withColumnRenamed("attempt", "standing_attempt");
    Column surest = coalesce(col("confidence"), lit(0.0)).desc();
    Dataset<Row> shown =
        findings
            .join(
                rows,
                col("row_key")
                    .equalTo(col("standing_row"))
                    .and(col("attempt").equalTo(col("standing_attempt"))))
            .drop("standing_row", "standing_attempt")
            .where(col("prompt_name").notEqual("checks").or(col("confidence").geq(least)));
    // Commits say the same again; in one state of a file equal fingerprints are two places.
    Column place =
        when(isWholeFile(), concat_ws(":", col("row_key"), col("finding_id"))).otherwise(lit(""));
    return first(
            shown.withColumn("place", place),
            Window.partitionBy(columns(within, "repository", "fingerprint", "place"))
                .orderBy(surest, col("path"), col("line_start")))
        .drop("place");
  }

  private static Column[] columns(String[] within, String... own) {
    return Stream.concat(Stream.of(within), Stream.of(own))
        .map(functions::col)
        .toArray(Column[]::new);
  }

  private static Dataset<Row> first(Dataset<Row> rows, WindowSpec window) {
    return rows.withColumn("rank", row_number().over(window))
        .where(col("rank").equalTo(1))
        .drop("rank");
  }
}
