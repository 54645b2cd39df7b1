package org.codeaudit.job.sink;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;

import org.apache.spark.sql.types.StructType;

/** The table {@code runs}: one row per run. */
public final class RunSchema {

  /**
   * {@code settings} is a JSON object of everything that was set; {@code coverage} the share of the
   * rows that were not skipped that were answered completely; {@code seconds} the wall time of the
   * model step, reading the sources included; the token rates divide by it. {@code stopped_by} is
   * the budget that was used up, null for a run that finished; {@code inputs_left} is 0 then, and
   * null where counting them would have taken too long.
   */
  public static final StructType RUNS =
      new StructType()
          .add("schema_version", IntegerType, false)
          .add("run_id", StringType, false)
          .add("command", StringType, false)
          .add("settings", StringType, false)
          .add("model_id", StringType, true)
          .add("model_revision", StringType, true)
          .add("precision", StringType, true)
          .add("arithmetic", StringType, true)
          .add("started_at", TimestampType, false)
          .add("finished_at", TimestampType, false)
          .add("rows", LongType, false)
          .add("ok", LongType, false)
          .add("truncated", LongType, false)
          .add("skipped", LongType, false)
          .add("failed", LongType, false)
          .add("reused_inputs", LongType, false)
          .add("findings", LongType, true)
          .add("prompt_tokens", LongType, false)
          .add("cached_tokens", LongType, false)
          .add("forced_tokens", LongType, false)
          .add("generated_tokens", LongType, false)
          .add("seconds", DoubleType, false)
          .add("prompt_tokens_per_second", DoubleType, false)
          .add("generated_tokens_per_second", DoubleType, false)
          .add("model_load_ns", LongType, true)
          .add("coverage", DoubleType, true)
          .add("stopped_by", StringType, true)
          .add("inputs_left", LongType, true);

  private RunSchema() {}
}
