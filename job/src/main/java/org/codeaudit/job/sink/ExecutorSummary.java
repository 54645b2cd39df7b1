package org.codeaudit.job.sink;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.codeaudit.udf.row.Status;

/**
 * What one executor did of a run, counted from the table the run wrote.
 *
 * @param device empty if it asked nothing
 * @param failed how many of its rows failed
 * @param seconds from the start of the first row it asked to the end of the last
 * @param meanBatchSize mean over its rows; empty if it answered none
 * @param modelLoadNanos the longest a row waited for the model, if one did
 */
public record ExecutorSummary(
    String executorId,
    String host,
    Optional<String> device,
    long rows,
    long failed,
    long promptTokens,
    long generatedTokens,
    double seconds,
    OptionalDouble meanBatchSize,
    OptionalLong modelLoadNanos) {

  /**
   * Counts a table of reviews or generations by executor, in the order of {@code executor_id}:
   * numerically where ids are numbers.
   */
  public static List<ExecutorSummary> of(Dataset<Row> answers) {
    // Rows that were not asked take hardly any time; they would only stretch the span.
    Column asked = col("total_ns").isNotNull();
    return answers
        .where(col("executor_id").isNotNull())
        .groupBy("executor_id", "host")
        .agg(
            count(lit(1)).as("rows"),
            max("device").as("device"),
            count_if(Status.FAILED.matches()).as("failed"),
            coalesce(sum("prompt_tokens"), lit(0L)).as("prompt_tokens"),
            coalesce(sum("generated_tokens"), lit(0L)).as("generated_tokens"),
            min(when(asked, seconds("started_at"))).as("begin"),
            max(when(asked, seconds("finished_at"))).as("end"),
            avg("mean_batch_size").as("mean_batch_size"),
            max("model_load_ns").as("model_load_ns"))
        .orderBy(col("executor_id").try_cast(DataTypes.LongType), col("executor_id"), col("host"))
        .collectAsList()
        .stream()
        .map(ExecutorSummary::of)
        .toList();
  }

  /** Tokens read and written per second; 0 if it answered nothing. */
  public double tokensPerSecond() {
    return seconds <= 0 ? 0 : (promptTokens + generatedTokens) / seconds;
  }

  private static ExecutorSummary of(Row row) {
    Double begin = row.getAs("begin");
    Double end = row.getAs("end");
    Double batch = row.getAs("mean_batch_size");
    Long load = row.getAs("model_load_ns");
    return new ExecutorSummary(
        row.getAs("executor_id"),
        row.getAs("host"),
        Optional.ofNullable(row.getAs("device")),
        row.<Long>getAs("rows"),
        row.<Long>getAs("failed"),
        row.<Long>getAs("prompt_tokens"),
        row.<Long>getAs("generated_tokens"),
        begin == null ? 0 : end - begin,
        batch == null ? OptionalDouble.empty() : OptionalDouble.of(batch),
        load == null ? OptionalLong.empty() : OptionalLong.of(load));
  }

  private static Column seconds(String timestamp) {
    return col(timestamp).cast(DataTypes.DoubleType);
  }
}
