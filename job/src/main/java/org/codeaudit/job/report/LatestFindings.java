package org.codeaudit.job.report;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.first_value;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * The findings that stand, of all runs in a folder. A file that was reviewed whole stands as it was
 * asked about last; each commit's changes stand for themselves. The same finding in several rows is
 * one.
 */
public final class LatestFindings {
  private LatestFindings() {}

  /**
   * Rows of {@code reviews} that stand: the last attempt of each unit, of the last state of each
   * file.
   */
  public static Dataset<Row> reviews(Dataset<Row> reviews) {
    Dataset<Row> own = reviews.where(coalesce(col("prompt_name"), lit("")).notEqual("triage"));
    Dataset<Row> latest =
        first(own, Window.partitionBy("row_key").orderBy(col("attempt").desc()), "rank");
    Column whole = col("change_kind").equalTo("file");
    Dataset<Row> files =
        latest.withColumn(
            "state_of",
            when(whole, lit(""))
                .otherwise(coalesce(col("commit_id"), col("content_sha"), lit(""))));
    // Of one state all units stand, so the state is chosen and not the row.
    WindowSpec newest =
        Window.partitionBy("repository", "path", "state_of")
            .orderBy(col("started_at").desc_nulls_last(), col("input_key"));
    Dataset<Row> chosen =
        files
            .withColumn("chosen", first_value(col("input_key")).over(newest))
            .where(col("input_key").equalTo(col("chosen")));
    return chosen.drop("chosen", "state_of");
  }

  /**
   * Rows of {@code findings} that stand, the gravest of each repository first.
   *
   * @param standing what {@link #reviews} gives
   * @param least findings of checks of less confidence are left out
   */
  public static Dataset<Row> of(Dataset<Row> standing, Dataset<Row> findings, double least) {
    Dataset<Row> rows = standing.select(col("row_key").as("row"), col("attempt").as("try"));
    Column surest = coalesce(col("confidence"), lit(0.0)).desc();
    Dataset<Row> shown =
        findings
            .join(
                rows,
                col("row_key").equalTo(col("row")).and(col("attempt").equalTo(col("try"))),
                "left_semi")
            .where(col("prompt_name").notEqual("checks").or(col("confidence").geq(least)));
    return first(
        shown,
        Window.partitionBy("repository", "fingerprint")
            .orderBy(surest, col("path"), col("line_start")),
        "rank");
  }

  private static Dataset<Row> first(Dataset<Row> rows, WindowSpec window, String rank) {
    return rows.withColumn(rank, row_number().over(window)).where(col(rank).equalTo(1)).drop(rank);
  }
}
