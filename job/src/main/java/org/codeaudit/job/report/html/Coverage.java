package org.codeaudit.job.report.html;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.when;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.codeaudit.job.report.VisibleText;

/**
 * What was reviewed and what was not: files by what became of them. A file of which several commits
 * stand counts once for each.
 */
record Coverage(List<OfRepository> repositories, List<Reason> reasons) {

  /** What becomes of a file, the best first. */
  enum Outcome {
    /** All that was to be asked came back whole. */
    WHOLE,
    /** Some of it did. */
    PARTLY,
    /** It was not to be asked about. */
    SKIPPED,
    /** Some of it was asked and brought no answer. */
    FAILED;

    String label() {
      return this == WHOLE ? "reviewed" : this == PARTLY ? "in part" : styleClass();
    }

    String styleClass() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Files of a repository by outcome. */
  record OfRepository(String name, Map<Outcome, Long> files) {
    long of(Outcome outcome) {
      return files.getOrDefault(outcome, 0L);
    }

    long all() {
      return files.values().stream().mapToLong(Long::longValue).sum();
    }

    String share() {
      return Figures.share(of(Outcome.WHOLE), all());
    }
  }

  /** Why files were not reviewed whole. */
  record Reason(Outcome outcome, String why, long files) {}

  /**
   * Counts rows of {@code reviews}.
   *
   * @param standing the rows that stand
   */
  static Coverage of(Dataset<Row> standing) {
    Column skipped = col("skipped");
    Column failed = col("failed");
    Column truncated = col("truncated");
    Column missing = col("rows").lt(col("units"));
    Column outcome =
        when(failed.gt(0), Outcome.FAILED.name())
            .when(skipped.equalTo(col("rows")), Outcome.SKIPPED.name())
            .when(truncated.gt(0).or(skipped.gt(0)).or(missing), Outcome.PARTLY.name())
            .otherwise(Outcome.WHOLE.name());
    Column why =
        when(failed.gt(0), col("error_class"))
            .when(skipped.gt(0), col("skip_reason"))
            .when(truncated.gt(0), "an answer was cut at the limit of tokens")
            .when(missing, "parts of it were not asked about yet")
            .otherwise("");
    List<Row> counts =
        standing
            .groupBy("repository", "path", "input_key")
            .agg(
                count(lit(1)).as("rows"),
                max("unit_count").as("units"),
                count_if(col("status").equalTo("skipped")).as("skipped"),
                count_if(col("status").equalTo("failed")).as("failed"),
                count_if(col("status").equalTo("truncated")).as("truncated"),
                max("skip_reason").as("skip_reason"),
                max("error_class").as("error_class"))
            .select(
                col("repository"),
                outcome.as("outcome"),
                coalesce(why, lit("for a reason that was not given")).as("why"))
            .groupBy("repository", "outcome", "why")
            .count()
            .collectAsList();
    return new Coverage(repositories(counts), reasons(counts));
  }

  private static List<OfRepository> repositories(List<Row> counts) {
    Map<String, Map<Outcome, Long>> files = new TreeMap<>();
    for (Row row : counts) {
      files
          .computeIfAbsent(VisibleText.line(row.getString(0)), name -> new EnumMap<>(Outcome.class))
          .merge(Outcome.valueOf(row.getString(1)), row.getLong(3), Long::sum);
    }
    return files.entrySet().stream()
        .map(entry -> new OfRepository(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static List<Reason> reasons(List<Row> counts) {
    Map<Outcome, Map<String, Long>> files = new EnumMap<>(Outcome.class);
    for (Row row : counts) {
      Outcome outcome = Outcome.valueOf(row.getString(1));
      if (outcome != Outcome.WHOLE) {
        files
            .computeIfAbsent(outcome, any -> new TreeMap<>())
            .merge(VisibleText.line(row.getString(2)), row.getLong(3), Long::sum);
      }
    }
    return files.entrySet().stream()
        .flatMap(
            entry ->
                entry.getValue().entrySet().stream()
                    .map(why -> new Reason(entry.getKey(), why.getKey(), why.getValue())))
        .sorted(
            Comparator.comparing(Reason::outcome)
                .thenComparing(Comparator.comparing(Reason::files).reversed()))
        .toList();
  }

  /** All repositories together. */
  OfRepository total() {
    Map<Outcome, Long> files = new EnumMap<>(Outcome.class);
    Stream.of(Outcome.values())
        .forEach(
            outcome ->
                files.put(outcome, repositories.stream().mapToLong(r -> r.of(outcome)).sum()));
    return new OfRepository("", files);
  }
}
