package org.codeaudit.job.sink;

import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.regexp_extract;
import static org.apache.spark.sql.functions.sum;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.change.SkipReason;
import org.codeaudit.udf.row.Status;

/**
 * What a run came to, counted from the table it wrote.
 *
 * @param skippedBy rows by {@code skip_reason}, most frequent first
 * @param failedBy rows by {@code error_class}, most frequent first
 * @param arithmetic the arithmetic that rows were computed in, e.g. {@code bf16}; {@code bf16,
 *     exact} where executors differed
 * @param unknownExtensions files without a known language by their extension, in lower case and
 *     with its dot, most frequent first, at most {@link #MOST_EXTENSIONS}; the empty text for those
 *     without an extension
 * @param modelLoadNanos the longest load that an executor waited for, if any did
 */
public record RunSummary(
    long rows,
    long ok,
    long truncated,
    long skipped,
    long failed,
    long promptTokens,
    long cachedTokens,
    long forcedTokens,
    long generatedTokens,
    Optional<String> modelId,
    Optional<String> modelRevision,
    Optional<String> precision,
    Optional<String> arithmetic,
    OptionalLong modelLoadNanos,
    Map<String, Long> skippedBy,
    Map<String, Long> failedBy,
    Map<String, Long> unknownExtensions) {

  /** The most extensions that are named. */
  public static final int MOST_EXTENSIONS = 8;

  /** Anything longer is not an extension. */
  private static final String EXTENSION = "(\\.[^./]{1,16})$";

  /** Counts a table of reviews or generations. */
  public static RunSummary of(Dataset<Row> answers) {
    Row counts =
        answers
            .agg(
                count(lit(1)).as("rows"),
                rowsOf(Status.OK),
                rowsOf(Status.TRUNCATED),
                rowsOf(Status.SKIPPED),
                rowsOf(Status.FAILED),
                total("prompt_tokens"),
                total("cached_tokens"),
                total("forced_tokens"),
                total("generated_tokens"),
                max("model_id").as("model_id"),
                max("model_revision").as("model_revision"),
                max("precision").as("precision"),
                distinct("arithmetic"),
                max("model_load_ns").as("model_load_ns"))
            .first();
    Map<String, Long> skippedBy =
        number(counts, "skipped") == 0 ? Map.of() : countBy(answers, Status.SKIPPED, "skip_reason");
    return new RunSummary(
        number(counts, "rows"),
        number(counts, "ok"),
        number(counts, "truncated"),
        number(counts, "skipped"),
        number(counts, "failed"),
        number(counts, "prompt_tokens"),
        number(counts, "cached_tokens"),
        number(counts, "forced_tokens"),
        number(counts, "generated_tokens"),
        Optional.ofNullable(counts.getAs("model_id")),
        Optional.ofNullable(counts.getAs("model_revision")),
        Optional.ofNullable(counts.getAs("precision")),
        Optional.of(counts.<String>getAs("arithmetic")).filter(text -> !text.isEmpty()),
        counts.getAs("model_load_ns") == null
            ? OptionalLong.empty()
            : OptionalLong.of(number(counts, "model_load_ns")),
        skippedBy,
        number(counts, "failed") == 0 ? Map.of() : countBy(answers, Status.FAILED, "error_class"),
        skippedBy.containsKey(SkipReason.UNKNOWN_LANGUAGE) ? countExtensions(answers) : Map.of());
  }

  /**
   * Share of the rows that were not skipped that were answered completely; empty if all were
   * skipped.
   */
  public Optional<Double> coverage() {
    long asked = rows - skipped;
    return asked == 0 ? Optional.empty() : Optional.of((double) ok / asked);
  }

  /** The row of the table {@code runs}. */
  public Dataset<Row> row(
      SparkSession spark,
      String runId,
      String command,
      String settings,
      Instant startedAt,
      Instant finishedAt,
      double seconds,
      long reusedInputs,
      OptionalLong findings,
      Optional<Stop> stop) {
    OptionalLong left = stop.map(Stop::inputsLeft).orElse(OptionalLong.of(0));
    Row row =
        RowFactory.create(
            1,
            runId,
            command,
            settings,
            modelId.orElse(null),
            modelRevision.orElse(null),
            precision.orElse(null),
            arithmetic.orElse(null),
            Timestamp.from(startedAt),
            Timestamp.from(finishedAt),
            rows,
            ok,
            truncated,
            skipped,
            failed,
            reusedInputs,
            findings.isPresent() ? findings.getAsLong() : null,
            promptTokens,
            cachedTokens,
            forcedTokens,
            generatedTokens,
            seconds,
            promptTokens / seconds,
            generatedTokens / seconds,
            modelLoadNanos.isPresent() ? modelLoadNanos.getAsLong() : null,
            coverage().orElse(null),
            stop.map(stopped -> stopped.budget().columnValue()).orElse(null),
            left.isPresent() ? left.getAsLong() : null);
    return spark.createDataFrame(List.of(row), RunSchema.RUNS);
  }

  private static Column rowsOf(Status status) {
    return count_if(status.matches()).as(status.columnValue());
  }

  private static Column distinct(String column) {
    return concat_ws(", ", array_sort(collect_set(col(column)))).as(column);
  }

  private static Column total(String column) {
    return coalesce(sum(col(column)), lit(0L)).as(column);
  }

  private static long number(Row row, String column) {
    return row.<Number>getAs(column).longValue();
  }

  private static Map<String, Long> countBy(Dataset<Row> answers, Status status, String column) {
    return collected(counted(answers.where(status.matches()), col(column)));
  }

  private static Map<String, Long> countExtensions(Dataset<Row> answers) {
    Dataset<Row> unknown = answers.where(col("skip_reason").equalTo(SkipReason.UNKNOWN_LANGUAGE));
    Column extension = lower(regexp_extract(col("path"), EXTENSION, 1));
    return collected(counted(unknown, extension).limit(MOST_EXTENSIONS));
  }

  /** Rows by a value, most frequent first. */
  private static Dataset<Row> counted(Dataset<Row> rows, Column value) {
    return rows.groupBy(value.as("value")).count().orderBy(col("count").desc(), col("value"));
  }

  private static Map<String, Long> collected(Dataset<Row> counted) {
    Map<String, Long> counts = new LinkedHashMap<>();
    counted.collectAsList().forEach(row -> counts.put(row.getString(0), row.getLong(1)));
    return counts;
  }
}
