package org.codeaudit.job.report.html;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.codeaudit.job.report.VisibleText;

/**
 * A run of the folder and what it cost. Its own row in {@code runs} says more than what it left in
 * {@code reviews}, but a run that died has none.
 *
 * @param seconds wall time for reading the sources and asking; empty for a run that did not end
 * @param readSeconds shares of the steps that read prompts, summed over rows; empty where none was
 *     measured
 * @param writeSeconds of those that wrote answers
 * @param loadSeconds the longest that an executor waited for the model
 * @param stoppedBy the budget that was used up, {@code time} or {@code tokens}
 * @param inputsLeft files that the budget left for the next run; empty if they were not counted
 */
record Run(
    String id,
    Instant startedAt,
    String model,
    long rows,
    long promptTokens,
    long generatedTokens,
    Optional<Double> seconds,
    Optional<Double> readSeconds,
    Optional<Double> writeSeconds,
    Optional<Double> loadSeconds,
    Optional<String> stoppedBy,
    OptionalLong inputsLeft) {
  private static final double NANOS = 1e9;

  /**
   * All runs that reviewed, the oldest first.
   *
   * @param reviews all rows of the table
   * @param runs all rows of that table
   */
  static List<Run> of(Dataset<Row> reviews, Dataset<Row> runs) {
    Map<String, Row> ended = new HashMap<>();
    runs.where(col("command").equalTo("review"))
        .collectAsList()
        .forEach(row -> ended.put(row.getAs("run_id"), row));
    List<Run> found = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Row row : timing(reviews)) {
      String id = row.getAs("run_id");
      seen.add(id);
      found.add(of(id, Optional.of(row), Optional.ofNullable(ended.get(id))));
    }
    // One that found all answered has asked nothing.
    ended.forEach(
        (id, row) -> {
          if (!seen.contains(id)) {
            found.add(of(id, Optional.empty(), Optional.of(row)));
          }
        });
    found.sort(Comparator.comparing(Run::startedAt).thenComparing(Run::id));
    return List.copyOf(found);
  }

  private static List<Row> timing(Dataset<Row> reviews) {
    return reviews
        .where(coalesce(col("prompt_name"), lit("")).notEqual("triage"))
        .groupBy("run_id")
        .agg(
            count(lit(1)).as("rows"),
            min("started_at").as("started_at"),
            max("model_id").as("model_id"),
            total("prompt_tokens"),
            total("generated_tokens"),
            sum("prefill_ns").as("prefill_ns"),
            sum("decode_ns").as("decode_ns"),
            max("model_load_ns").as("model_load_ns"))
        .collectAsList();
  }

  private static Column total(String column) {
    return coalesce(sum(col(column)), lit(0L)).as(column);
  }

  /** At least one of the two is there. */
  private static Run of(String id, Optional<Row> timing, Optional<Row> ended) {
    Row told = ended.or(() -> timing).orElseThrow();
    Timestamp startedAt = told.getAs("started_at");
    String model = told.getAs("model_id");
    return new Run(
        id,
        startedAt == null ? Instant.EPOCH : startedAt.toInstant(),
        model == null ? Figures.NONE : VisibleText.line(model),
        told.<Number>getAs("rows").longValue(),
        told.<Number>getAs("prompt_tokens").longValue(),
        told.<Number>getAs("generated_tokens").longValue(),
        ended.map(row -> row.<Double>getAs("seconds")),
        timing.flatMap(row -> seconds(row, "prefill_ns")),
        timing.flatMap(row -> seconds(row, "decode_ns")),
        timing.flatMap(row -> seconds(row, "model_load_ns")),
        ended.map(row -> row.<String>getAs("stopped_by")),
        ended
            .map(row -> row.<Long>getAs("inputs_left"))
            .map(OptionalLong::of)
            .orElseGet(OptionalLong::empty));
  }

  private static Optional<Double> seconds(Row row, String column) {
    return Optional.ofNullable(row.<Number>getAs(column)).map(nanos -> nanos.longValue() / NANOS);
  }

  /** What it did not get to, in a sentence; empty if it came to the end of its input. */
  Optional<String> leftOver() {
    if (seconds.isEmpty()) {
      return Optional.of("did not come to its end: files that it had not got to are not counted");
    }
    return stoppedBy.map(
        budget ->
            "used up its budget of "
                + VisibleText.line(budget)
                + ": "
                + (inputsLeft.isPresent()
                    ? Figures.count(inputsLeft.getAsLong()) + " inputs"
                    : "more inputs than could be counted")
                + " were left, and files of which nothing was asked are not counted");
  }

  String name() {
    return VisibleText.line(id);
  }

  String started() {
    return Figures.time(startedAt);
  }

  /** As it is shown. */
  static String duration(Optional<Double> seconds) {
    return seconds.map(Figures::duration).orElse(Figures.NONE);
  }

  /** Per second of wall time. */
  String rate(long tokens) {
    return seconds
        .filter(time -> time > 0 && tokens > 0)
        .map(time -> Figures.rate(tokens / time))
        .orElse(Figures.NONE);
  }
}
