package org.codeaudit.job.series;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;

import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.udf.UnitReview;
import org.codeaudit.udf.row.ResultColumns;
import org.codeaudit.udf.row.ReviewSchema;

/**
 * The table {@code coverage}: one row for each file that a run saw, with what became of it, and one
 * for each that was there before and is gone.
 */
public final class CoverageTable {
  public static final String TABLE = "coverage";

  /** Asked, and answered whole. */
  public static final String REVIEWED = "reviewed";

  /** Asked, and answers were cut at a limit. */
  public static final String CLIPPED = "clipped";

  /** Nothing was asked, for an earlier run has answered the same. */
  public static final String UNCHANGED = "unchanged";

  public static final String SKIPPED = "skipped";

  /** It, or a part of it, could not be reviewed. */
  public static final String FAILED = "failed";

  /** It was in the source at the run before and is not any more. */
  public static final String GONE = "gone";

  /**
   * {@code units} are the parts the file was cut into, null where it was not; {@code asked} those
   * of them that a model was asked about in this run, {@code carried} those that read as one that
   * an earlier run answered. {@code held_code} is as in {@link ReviewSchema#MADE}.
   */
  public static final StructType SCHEMA =
      new StructType()
          .add("schema_version", IntegerType, false)
          .add("run_id", StringType, false)
          .add("seen_at", TimestampType, false)
          .add("repository", StringType, false)
          .add("commit_id", StringType, true)
          .add("path", StringType, false)
          .add("old_path", StringType, true)
          .add("language", StringType, true)
          .add("change_kind", StringType, false)
          .add("content_sha", StringType, true)
          .add("input_key", StringType, false)
          .add("outcome", StringType, false)
          .add("reason", StringType, true)
          .add("units", IntegerType, true)
          .add("asked", IntegerType, false)
          .add("carried", IntegerType, false)
          .add("held_code", DataTypes.createArrayType(StringType, false), true);

  private static final String WHOLE_FILE = "file";

  private CoverageTable() {}

  /**
   * Rows of the table. An input of which a budget left rows was not seen: of the whole of it
   * nothing can be said yet.
   *
   * @param made rows of {@link ReviewSchema#MADE}, all of an input that were made
   * @param time when the run takes place
   */
  public static Dataset<Row> of(Dataset<Row> made, Instant time) {
    Column carried = coalesce(col("finish_reason").equalTo(UnitReview.CARRIED), lit(false));
    Column answered = col("status").isin("ok", "truncated").and(col("unit").isNotNull());
    Dataset<Row> files =
        made.groupBy("run_id", "input_key")
            .agg(
                any("repository"),
                any("commit_id"),
                any("path"),
                any("old_path"),
                any("language"),
                any("change_kind"),
                any("content_sha"),
                max(coalesce(col("skip_reason"), col("error_class"))).as("reason"),
                max(when(col("unit").isNotNull(), col("unit_count"))).as("units"),
                count_if(answered.and(carried.unary_$bang())).cast(IntegerType).as("asked"),
                count_if(carried).cast(IntegerType).as("carried"),
                any("held_code"),
                count_if(col("error_class").isNotNull()).as("failures"),
                count_if(col("status").equalTo("truncated")).as("cuts"),
                count_if(col("skip_reason").isNotNull()).as("skips"),
                count_if(col("status").equalTo("unchanged")).as("same"),
                count(lit(1)).as("rows"),
                max("rows_due").as("due"))
            .where(col("rows").geq(col("due")));
    Column outcome =
        when(col("failures").gt(0), FAILED)
            .when(col("skips").gt(0), SKIPPED)
            .when(col("cuts").gt(0), CLIPPED)
            .when(col("same").gt(0), UNCHANGED)
            .otherwise(REVIEWED);
    return table(
        files
            .withColumn("schema_version", lit(ResultColumns.SCHEMA_VERSION))
            .withColumn("seen_at", lit(time))
            .withColumn("outcome", outcome));
  }

  private static Column any(String column) {
    return first(column).as(column);
  }

  /**
   * The last rows of files that the series knew and a run did not see, those among them that had
   * gone before. Only a repository of which the run read whole files, and all that its source has,
   * can miss any.
   *
   * @param all rows of the table, those of the run among them
   */
  static Dataset<Row> missing(Dataset<Row> all, String runId) {
    Dataset<Row> files = all.where(col("change_kind").equalTo(WHOLE_FILE));
    Dataset<Row> own = files.where(col("run_id").equalTo(runId));
    Dataset<Row> broken =
        all.where(col("run_id").equalTo(runId).and(col("path").equalTo("")))
            .select(col("repository").as("broken"))
            .distinct();
    Dataset<Row> read =
        own.select(col("repository").as("read"))
            .distinct()
            .join(broken, col("read").equalTo(col("broken")), "left_anti");
    Dataset<Row> seen =
        own.select(col("repository").as("seen_in"), col("path").as("seen_path")).distinct();
    return latest(files.where(col("run_id").notEqual(runId)))
        .join(read, col("repository").equalTo(col("read")), "left_semi")
        .join(
            seen,
            col("repository").equalTo(col("seen_in")).and(col("path").equalTo(col("seen_path"))),
            "left_anti");
  }

  /**
   * Rows that say that files are gone.
   *
   * @param missing rows of the table, one of each file
   * @param time when the run takes place
   */
  static Dataset<Row> gone(Dataset<Row> missing, String runId, Instant time) {
    return table(
        missing
            .withColumn("run_id", lit(runId))
            .withColumn("seen_at", lit(time))
            .withColumn("commit_id", lit(null).cast(StringType))
            .withColumn("outcome", lit(GONE))
            .withColumn("reason", lit(null).cast(StringType))
            .withColumn("asked", lit(0))
            .withColumn("carried", lit(0))
            .withColumn("held_code", lit(null).cast(SCHEMA.apply("held_code").dataType())));
  }

  /**
   * The last row of each file.
   *
   * @param within columns that part the rows: the last is chosen of each of their values
   */
  public static Dataset<Row> latest(Dataset<Row> coverage, String... within) {
    WindowSpec newest =
        Window.partitionBy(
                Stream.concat(Stream.of(within), Stream.of("repository", "path"))
                    .map(functions::col)
                    .toArray(Column[]::new))
            .orderBy(col("seen_at").desc(), col("run_id").desc());
    return coverage
        .withColumn("rank", row_number().over(newest))
        .where(col("rank").equalTo(1))
        .drop("rank");
  }

  private static Dataset<Row> table(Dataset<Row> rows) {
    return rows.select(
        Arrays.stream(SCHEMA.fieldNames()).map(name -> col(name)).toArray(Column[]::new));
  }
}
