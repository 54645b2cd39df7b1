package org.codeaudit.job.series;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;

import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.StructType;

/**
 * The table {@code states}: what each run says of each finding of the repositories it read,
 * compared with the runs before it. A finding keeps its {@code identity} however it moves.
 */
public final class States {
  public static final String TABLE = "states";

  /**
   * {@code state} is one of {@link FindingState}; {@code path} and lines are where it stands, or
   * stood last; {@code moved_from} is the path it had before it moved; {@code first_run} and {@code
   * first_seen_at} are of the run that saw it first; {@code compared_with} is the run before, null
   * for the first; {@code finding_id} names its row in {@code findings}, the last one if this run
   * has none; {@code suppressed} and {@code suppressed_by} are as in {@code findings}, by the rules
   * of this run.
   */
  public static final StructType SCHEMA =
      new StructType()
          .add("schema_version", IntegerType, false)
          .add("run_id", StringType, false)
          .add("stated_at", TimestampType, false)
          .add("compared_with", StringType, true)
          .add("repository", StringType, false)
          .add("identity", StringType, false)
          .add("state", StringType, false)
          .add("first_run", StringType, false)
          .add("first_seen_at", TimestampType, false)
          .add("moved_from", StringType, true)
          .add("finding_id", StringType, false)
          .add("fingerprint", StringType, false)
          .add("fingerprint_loose", StringType, false)
          .add("change_kind", StringType, false)
          .add("commit_id", StringType, true)
          .add("path", StringType, false)
          .add("side", StringType, true)
          .add("line_start", IntegerType, true)
          .add("line_end", IntegerType, true)
          .add("check", StringType, true)
          .add("category", StringType, false)
          .add("cwe", StringType, true)
          .add("severity", StringType, false)
          .add("confidence", DoubleType, true)
          .add("title", StringType, false)
          .add("quote", StringType, false)
          .add("code_sha", StringType, true)
          .add("suppressed", StringType, true)
          .add("suppressed_by", StringType, true);

  private States() {}

  /** Rows of findings that the run which states them has found. */
  public static Dataset<Row> standing(Dataset<Row> states) {
    return states.where(
        col("state")
            .isInCollection(
                Stream.of(FindingState.values())
                    .filter(FindingState::standing)
                    .map(FindingState::columnValue)
                    .toList()));
  }

  /** The last row of each finding, whichever run wrote it. */
  public static Dataset<Row> latest(Dataset<Row> states) {
    return states
        .withColumn(
            "rank",
            row_number()
                .over(
                    Window.partitionBy("repository", "identity")
                        .orderBy(col("stated_at").desc(), col("run_id").desc())))
        .where(col("rank").equalTo(1))
        .drop("rank");
  }
}
