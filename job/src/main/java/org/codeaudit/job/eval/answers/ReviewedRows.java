package org.codeaudit.job.eval.answers;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.codeaudit.finding.Category;
import org.codeaudit.job.eval.Level;
import org.codeaudit.job.eval.Reported;
import org.codeaudit.job.eval.Review;
import org.codeaudit.job.eval.ReviewedUnit;
import org.codeaudit.job.eval.Usage;
import org.codeaudit.job.eval.dataset.EvaluationSet;
import org.codeaudit.job.eval.dataset.EvaluationUnit;
import org.codeaudit.job.eval.dataset.Label;
import org.codeaudit.job.eval.dataset.LineRange;
import org.codeaudit.job.sink.Attempts;
import org.codeaudit.udf.row.Status;

/** Rows of the table {@code reviews}, the latest attempt of each, as what was said of units. */
public final class ReviewedRows {
  /** Why a unit whose answer was cut at the limit of tokens was not answered whole. */
  public static final String TRUNCATED = Status.TRUNCATED.columnValue();

  /** What came of every check of a unit; null where one open question was asked. */
  private static final String CHECKS = "checks";

  private final EvaluationSet set;
  private final Collection<Row> rows;

  private ReviewedRows(EvaluationSet set, Collection<Row> rows) {
    this.set = set;
    this.rows = rows;
  }

  /**
   * Reads the table; a set is small enough for the driver.
   *
   * @param units the set's units as they were asked about; rows about what they were before, when
   *     the set was another, are left out
   * @param reviews of one model and one way of asking
   */
  public static ReviewedRows of(EvaluationSet set, Dataset<Row> units, Dataset<Row> reviews) {
    Dataset<Row> own = reviews.join(units, same(units, reviews), "left_semi");
    return new ReviewedRows(set, Attempts.latest(own).collectAsList());
  }

  private static Column same(Dataset<Row> units, Dataset<Row> reviews) {
    return Stream.of("repository", "path", "content_sha")
        .map(column -> units.col(column).eqNullSafe(reviews.col(column)))
        .reduce(Column::and)
        .orElseThrow();
  }

  /** What was said of every unit; of those without a row nothing was. */
  public Review review() {
    Map<String, List<Row>> byUnit = new LinkedHashMap<>();
    for (Row row : rows) {
      byUnit.computeIfAbsent(row.getAs("repository"), id -> new ArrayList<>()).add(row);
    }
    return new Review(
        set,
        set.units().stream()
            .map(unit -> reviewed(unit, byUnit.getOrDefault(unit.id(), List.of())))
            .toList());
  }

  private static ReviewedUnit reviewed(EvaluationUnit unit, List<Row> rows) {
    List<Reported> findings = new ArrayList<>();
    Map<Category, Double> scores = new EnumMap<>(Category.class);
    Map<Category, Double> confidences = new EnumMap<>(Category.class);
    Optional<String> reason = rows.isEmpty() ? Optional.of("no row") : Optional.empty();
    for (Row row : rows) {
      reason = reason.or(() -> reason(row));
      structs(row, "findings").forEach(finding -> findings.add(reported(finding, row)));
      for (Row check : structs(row, CHECKS)) {
        addScore(scores, check, "screen_score");
        addScore(confidences, check, "confidence");
      }
    }
    return new ReviewedUnit(unit, findings, reason, scores, confidences);
  }

  /** A unit of several parts, or a category of several checks, has the highest of them. */
  private static void addScore(Map<Category, Double> scores, Row check, String column) {
    Double score = check.getAs(column);
    if (score != null) {
      Category.of(check.getAs("category"))
          .ifPresent(category -> scores.merge(category, score, Math::max));
    }
  }

  private static Optional<String> reason(Row row) {
    return switch (Status.of(row)) {
      case OK -> Optional.empty();
      case SKIPPED -> Optional.of("skipped: " + row.getAs("skip_reason"));
      case FAILED -> Optional.of("failed: " + row.getAs("error_class"));
      case TRUNCATED, UNCHANGED -> Optional.of(Status.of(row).columnValue());
    };
  }

  private static List<Row> structs(Row row, String column) {
    return row.getAs(column) == null ? List.of() : row.getList(row.fieldIndex(column));
  }

  private static Reported reported(Row finding, Row row) {
    Integer start = finding.getAs("line_start");
    Integer end = finding.getAs("line_end");
    boolean placed = "new".equals(finding.getAs("side")) && start != null && end != null;
    Double confidence = finding.getAs("confidence");
    return new Reported(
        Category.of(finding.getAs("category")).orElse(Category.OTHER),
        Optional.ofNullable(finding.getAs("cwe")),
        row.getAs("path"),
        placed ? Optional.of(new LineRange(start, end)) : Optional.empty(),
        confidence == null ? OptionalDouble.empty() : OptionalDouble.of(confidence),
        finding.getAs("fingerprint"));
  }

  /** What came of every check of every unit, in the order of the rows. */
  public List<ScoredCheck> checks() {
    Map<String, EvaluationUnit> units =
        set.units().stream().collect(Collectors.toMap(EvaluationUnit::id, unit -> unit));
    List<ScoredCheck> scored = new ArrayList<>();
    for (Row row : rows) {
      EvaluationUnit unit = units.get(row.<String>getAs("repository"));
      for (Row check : structs(row, CHECKS)) {
        scored.add(scored(unit, check, row));
      }
    }
    return scored;
  }

  private static ScoredCheck scored(EvaluationUnit unit, Row check, Row row) {
    Category category = Category.of(check.getAs("category")).orElse(Category.OTHER);
    List<Label> labels =
        unit.labels().stream().filter(label -> label.category() == category).toList();
    Double verdict = check.getAs("verdict_score");
    Double flow = check.getAs("flow");
    Double sign = check.getAs("sign");
    boolean lineRight =
        verdict != null
            && structs(row, "findings").stream()
                .map(finding -> reported(finding, row))
                .filter(finding -> finding.category() == category)
                .anyMatch(
                    finding -> labels.stream().anyMatch(label -> Level.onLine(finding, label)));
    String twin = unit.twin().orElse(unit.id());
    return new ScoredCheck(
        twin.compareTo(unit.id()) < 0 ? twin : unit.id(),
        row.getAs("row_key"),
        check.getAs("check"),
        check.<Double>getAs("screen_score"),
        verdict == null ? OptionalDouble.empty() : OptionalDouble.of(verdict),
        flow == null ? 0 : flow,
        sign == null ? 0 : sign,
        !labels.isEmpty(),
        lineRight);
  }

  /**
   * What the rows took.
   *
   * @param runs the table {@code runs} beside the reviews
   */
  public Usage usage(Dataset<Row> runs) {
    List<Row> all = runs.collectAsList();
    return new Usage(
        total("prompt_tokens"),
        total("cached_tokens"),
        total("generated_tokens"),
        (total("prefill_ns") + total("decode_ns")) / 1e9,
        all.stream().mapToDouble(run -> run.<Double>getAs("seconds")).sum(),
        sum(all, "model_load_ns") / 1e9,
        set.lines());
  }

  /** What was asked, and how it was computed, e.g. {@code checks a1b2c3 in bf16 exact}. */
  public String asked() {
    return rows.stream()
        .filter(row -> row.getAs("model_id") != null)
        .map(
            row ->
                String.format(
                    "%s %s in %s %s",
                    row.<String>getAs("prompt_name"),
                    row.<String>getAs("prompt_version"),
                    row.<String>getAs("precision"),
                    row.<String>getAs("arithmetic")))
        .distinct()
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private long total(String column) {
    return sum(rows, column);
  }

  private static long sum(Collection<Row> rows, String column) {
    return rows.stream()
        .filter(row -> row.getAs(column) != null)
        .mapToLong(row -> row.<Number>getAs(column).longValue())
        .sum();
  }
}
