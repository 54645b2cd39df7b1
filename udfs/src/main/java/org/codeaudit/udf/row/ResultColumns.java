package org.codeaudit.udf.row;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.Timestamp;
import java.time.Instant;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.generate.request.Timing;
import org.codeaudit.model.ModelDescription;

/**
 * The columns that every table of answers shares: which model gave the answer, how the row came
 * back, and how long the parts of it took. Times are nanoseconds; what was not measured is null,
 * never 0.
 */
public final class ResultColumns {
  /** Version of all table schemas; raised when a column changes its meaning or goes away. */
  public static final int SCHEMA_VERSION = 1;

  private ResultColumns() {}

  static StructType addIdentity(StructType schema) {
    return schema
        .add("schema_version", IntegerType, false)
        .add("run_id", StringType, false)
        .add("row_key", StringType, false)
        .add("content_key", StringType, false)
        .add("attempt", IntegerType, false);
  }

  static StructType addProvenance(StructType schema) {
    return schema
        .add("model_id", StringType, true)
        .add("model_revision", StringType, true)
        .add("precision", StringType, true)
        .add("arithmetic", StringType, true)
        .add("placement", StringType, true);
  }

  static StructType addStatus(StructType schema) {
    return schema
        .add("status", StringType, false)
        .add("skip_reason", StringType, true)
        .add("error_class", StringType, true)
        .add("error_message", StringType, true)
        .add("finish_reason", StringType, true)
        .add("text", StringType, true);
  }

  static StructType addTiming(StructType schema) {
    return schema
        .add("queued_ns", LongType, true)
        .add("tokenize_ns", LongType, true)
        .add("prefill_ns", LongType, true)
        .add("decode_ns", LongType, true)
        .add("first_token_ns", LongType, true)
        .add("total_ns", LongType, true)
        .add("prompt_tokens", IntegerType, true)
        .add("cached_tokens", IntegerType, true)
        .add("forced_tokens", IntegerType, true)
        .add("draft_tokens_accepted", IntegerType, true)
        .add("generated_tokens", IntegerType, true)
        .add("mean_batch_size", DoubleType, true)
        .add("model_load_ns", LongType, true)
        .add("executor_id", StringType, true)
        .add("host", StringType, true)
        .add("device", StringType, true)
        .add("task_attempt_id", LongType, true)
        .add("started_at", TimestampType, true)
        .add("finished_at", TimestampType, true);
  }

  /** A row with the columns of {@link #addIdentity}. */
  public static RowBuilder begin(
      StructType schema, String runId, String contentKey, String rowKey, int attempt) {
    return new RowBuilder(schema)
        .set("schema_version", SCHEMA_VERSION)
        .set("run_id", runId)
        .set("content_key", contentKey)
        .set("row_key", rowKey)
        .set("attempt", attempt);
  }

  public static void setModel(RowBuilder row, ModelDescription model) {
    row.set("model_id", model.id())
        .set("model_revision", model.revision())
        .set("precision", model.precision())
        .set("arithmetic", model.arithmetic())
        .set("placement", model.placement())
        .set("device", model.device());
  }

  public static void setTiming(RowBuilder row, Timing timing) {
    row.set("queued_ns", timing.queuedNanos())
        .set("prefill_ns", timing.prefillNanos())
        .set("decode_ns", timing.decodeNanos())
        .set("first_token_ns", timing.firstTokenNanos())
        .set("total_ns", timing.totalNanos())
        .set("prompt_tokens", timing.promptTokens())
        .set("cached_tokens", timing.cachedTokens())
        .set("forced_tokens", timing.forcedTokens())
        .set("draft_tokens_accepted", timing.draftTokensAccepted())
        .set("generated_tokens", timing.generatedTokens())
        .set("mean_batch_size", timing.meanBatchSize());
  }

  /** Which executor and task this is, and when the row began and ended here. */
  public static void setPlace(RowBuilder row, Instant startedAt) {
    TaskContext task = TaskContext.get();
    SparkEnv environment = SparkEnv.get();
    row.set("executor_id", environment == null ? null : environment.executorId())
        .set("host", hostName())
        .set("task_attempt_id", task == null ? null : task.taskAttemptId())
        .set("started_at", Timestamp.from(startedAt))
        .set("finished_at", Timestamp.from(Instant.now()));
  }

  private static String hostName() {
    return HostName.VALUE;
  }

  /** Looked up once: a name service may be slow. */
  private static final class HostName {
    static final String VALUE = lookUp();

    private static String lookUp() {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException e) {
        return "localhost";
      }
    }
  }
}
