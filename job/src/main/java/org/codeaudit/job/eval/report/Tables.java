package org.codeaudit.job.eval.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;
import org.codeaudit.finding.Category;
import org.codeaudit.job.eval.Accuracy;
import org.codeaudit.job.eval.Calibration;
import org.codeaudit.job.eval.Counts;
import org.codeaudit.job.eval.Evaluation;
import org.codeaudit.job.eval.Flaps;
import org.codeaudit.job.eval.Level;
import org.codeaudit.job.eval.Pairs;
import org.codeaudit.job.eval.Ranking;
import org.codeaudit.job.eval.Share;
import org.codeaudit.job.eval.Sweep;
import org.codeaudit.job.eval.Youden;

/** Evaluations as tables for people. */
final class Tables {
  private final List<Evaluation> evaluations;
  private final OptionalDouble pricePerHour;

  /**
   * @param evaluations of the same set, at least one
   * @param pricePerHour of the machine; empty if it is not known
   */
  Tables(List<Evaluation> evaluations, OptionalDouble pricePerHour) {
    this.evaluations = evaluations;
    this.pricePerHour = pricePerHour;
  }

  /** The figures that matter, a column for each model. */
  Table comparison() {
    List<List<String>> rows = new ArrayList<>();
    row(rows, "units", e -> String.valueOf(e.review().units().size()));
    row(
        rows,
        "not answered whole",
        e -> String.valueOf(e.notReviewed().values().stream().mapToLong(n -> n).sum()));
    for (Level level : levels()) {
      String name = level == Level.FOUND ? "" : ", line right too";
      row(rows, "recall" + name, e -> Numbers.full(all(e, level).recall()));
      row(rows, "precision" + name, e -> Numbers.full(all(e, level).precision()));
      row(rows, "F1" + name, e -> Numbers.decimals(2, all(e, level).f1()));
      row(
          rows,
          "F1, mean of categories" + name,
          e -> Numbers.decimals(2, e.accuracy().get(level).meanF1()));
    }
    row(rows, "line right, of those found", e -> Numbers.full(e.linesRight()));
    row(rows, "pairs correct", e -> Numbers.full(e.pairs().correctShare()));
    row(rows, "pairs: both, neither, only clean", e -> others(e.pairs()));
    row(rows, "Youden, mean of categories", e -> Numbers.decimals(2, e.youden().mean()));
    row(rows, "Youden, pooled", e -> Numbers.decimals(2, e.youden().pooled().index()));
    row(rows, "clean units flagged", e -> Numbers.full(e.clean().flagged()));
    row(rows, "findings a clean unit", e -> Numbers.decimals(2, e.clean().perUnit()));
    row(rows, "of them of other kinds", e -> Numbers.decimals(2, e.clean().ofOtherKindsPerUnit()));
    row(
        rows,
        "findings in 1,000 clean lines",
        e -> Numbers.decimals(1, e.clean().perThousandLines()));
    row(
        rows,
        "wrong findings in 1,000 lines",
        e -> Numbers.decimals(1, e.accuracy().get(Level.FOUND).wrongPerThousandLines()));
    row(rows, "calibration error", e -> Numbers.decimals(2, found(e).expectedError()));
    row(rows, "Brier score", e -> Numbers.decimals(3, found(e).brier()));
    flaps(rows);
    ranking(rows);
    usage(rows);
    List<String> head = new ArrayList<>(List.of("figure"));
    evaluations.forEach(evaluation -> head.add(evaluation.model()));
    return new Table("Figures", head, rows);
  }

  private void flaps(List<List<String>> rows) {
    if (evaluations.stream().anyMatch(e -> e.flaps().isPresent())) {
      row(rows, "findings that come and go", e -> flap(e, Flaps::findings));
      row(rows, "units with such", e -> flap(e, Flaps::units));
    }
  }

  private void ranking(List<List<String>> rows) {
    if (evaluations.stream().anyMatch(e -> e.ranking().rightAboveOthers().isPresent())) {
      row(
          rows,
          "right category above others, AUC",
          e -> Numbers.decimals(3, e.ranking().rightAboveOthers()));
      row(rows, "the same, centred", e -> Numbers.decimals(3, e.ranking().centred()));
      row(
          rows,
          "defect above clean, AUC",
          e -> Numbers.decimals(3, e.ranking().defectAboveClean()));
      row(
          rows,
          "the same by confidence",
          e -> Numbers.decimals(3, e.confidences().defectAboveClean()));
      row(rows, "own category asked about", e -> Numbers.full(e.ranking().asked()));
      row(rows, "and followed up", e -> Numbers.full(e.confidences().asked()));
    }
  }

  private void usage(List<List<String>> rows) {
    row(rows, "prompt tokens computed", e -> String.valueOf(e.usage().computedTokens()));
    row(rows, "prompt tokens shared", e -> String.valueOf(e.usage().cachedTokens()));
    row(rows, "tokens written", e -> String.valueOf(e.usage().generatedTokens()));
    row(rows, "seconds of the model", e -> Numbers.decimals(1, e.usage().modelSeconds()));
    row(rows, "seconds of the runs", e -> Numbers.decimals(1, e.usage().wallSeconds()));
    row(rows, "of them until loaded", e -> Numbers.decimals(1, e.usage().loadSeconds()));
    pricePerHour.ifPresent(
        price -> {
          row(rows, "cost", e -> Numbers.decimals(4, e.usage().cost(price)));
          row(
              rows,
              "cost of 1,000 lines",
              e -> Numbers.decimals(4, e.usage().costPerThousandLines(price)));
        });
  }

  private void row(List<List<String>> rows, String name, Function<Evaluation, String> figure) {
    rows.add(Stream.concat(Stream.of(name), evaluations.stream().map(figure)).toList());
  }

  private List<Level> levels() {
    return List.copyOf(evaluations.get(0).accuracy().keySet());
  }

  private static Counts all(Evaluation evaluation, Level level) {
    return evaluation.accuracy().get(level).all();
  }

  private static Calibration found(Evaluation evaluation) {
    return evaluation.calibration().get(Level.FOUND);
  }

  private static String others(Pairs pairs) {
    return pairs.both() + ", " + pairs.neither() + ", " + pairs.reversed();
  }

  private static String flap(Evaluation evaluation, Function<Flaps, Share> share) {
    return evaluation.flaps().map(flaps -> Numbers.full(share.apply(flaps))).orElse("-");
  }

  /** By category; with Youden's index, and what scores tell apart if there are some. */
  static Table categories(Evaluation evaluation) {
    List<String> head =
        new ArrayList<>(
            List.of(
                "category",
                "labels",
                "found",
                "with line",
                "wrong",
                "precision",
                "F1",
                "flagged clean",
                "Youden"));
    boolean ranked = !evaluation.ranking().byCategory().isEmpty();
    if (ranked) {
      head.addAll(List.of("AUC others", "AUC clean"));
    }
    List<List<String>> rows = new ArrayList<>();
    evaluation
        .accuracy()
        .get(Level.FOUND)
        .byCategory()
        .forEach(
            (name, counts) -> {
              Category category = Category.of(name).orElseThrow();
              List<String> row = new ArrayList<>(counts(name, counts, line(evaluation, name)));
              Optional<Youden.Rates> rates =
                  Optional.ofNullable(evaluation.youden().byCategory().get(category));
              row.add(rates.map(r -> Numbers.of(r.flagged())).orElse("-"));
              row.add(rates.map(r -> Numbers.decimals(2, r.index())).orElse("-"));
              if (ranked) {
                Optional<Ranking.Separation> own =
                    Optional.ofNullable(evaluation.ranking().byCategory().get(category));
                row.add(own.map(s -> Numbers.decimals(2, s.ownAboveOthers())).orElse("-"));
                row.add(own.map(s -> Numbers.decimals(2, s.defectAboveClean())).orElse("-"));
              }
              rows.add(row);
            });
    return new Table("By category: " + evaluation.model(), head, rows);
  }

  private static Optional<Counts> line(Evaluation evaluation, String category) {
    return Optional.ofNullable(evaluation.accuracy().get(Level.LINE))
        .map(accuracy -> accuracy.byCategory().getOrDefault(category, new Counts(0, 0, 0)));
  }

  private static List<String> counts(String name, Counts counts, Optional<Counts> line) {
    return List.of(
        name,
        String.valueOf(counts.recall().of()),
        String.valueOf(counts.right()),
        line.map(l -> String.valueOf(l.right())).orElse("-"),
        String.valueOf(counts.wrong()),
        Numbers.share(counts.precision()),
        Numbers.decimals(2, counts.f1()));
  }

  /** By number of the weakness. */
  static Table weaknesses(Evaluation evaluation) {
    return groups("By CWE: " + evaluation.model(), "CWE", evaluation, Accuracy::byCwe);
  }

  /** By language. */
  static Table languages(Evaluation evaluation) {
    return groups(
        "By language: " + evaluation.model(), "language", evaluation, Accuracy::byLanguage);
  }

  private static Table groups(
      String title,
      String group,
      Evaluation evaluation,
      Function<Accuracy, Map<String, Counts>> groups) {
    List<List<String>> rows = new ArrayList<>();
    Optional<Map<String, Counts>> lines =
        Optional.ofNullable(evaluation.accuracy().get(Level.LINE)).map(groups);
    groups
        .apply(evaluation.accuracy().get(Level.FOUND))
        .forEach(
            (name, counts) ->
                rows.add(
                    counts(
                        name,
                        counts,
                        lines.map(by -> by.getOrDefault(name, new Counts(0, 0, 0))))));
    List<String> head = List.of(group, "labels", "found", "with line", "wrong", "precision", "F1");
    return new Table(title, head, rows);
  }

  /** Bins of confidence that hold findings. */
  static Table reliability(Evaluation evaluation) {
    List<List<String>> rows =
        found(evaluation).bins().stream()
            .filter(bin -> bin.right().of() > 0)
            .map(
                bin ->
                    List.of(
                        Numbers.decimals(1, bin.from()) + " to " + Numbers.decimals(1, bin.to()),
                        String.valueOf(bin.right().of()),
                        Numbers.decimals(2, bin.confidence()),
                        Numbers.full(bin.right())))
            .toList();
    return new Table(
        "Confidence: " + evaluation.model(),
        List.of("confidence", "findings", "mean", "right"),
        rows);
  }

  /**
   * The same review with more and more confidence wanted; steps that change nothing are left out.
   */
  static Table sweep(Evaluation evaluation) {
    List<List<String>> rows = new ArrayList<>();
    Counts before = null;
    for (Sweep step : evaluation.sweep()) {
      if (step.found().equals(before)) {
        continue;
      }
      before = step.found();
      rows.add(
          List.of(
              Numbers.decimals(2, step.least()),
              Numbers.share(step.found().recall()),
              Numbers.share(step.found().precision()),
              Numbers.decimals(2, step.found().f1()),
              Numbers.share(step.clean().flagged()),
              Numbers.decimals(2, step.clean().ofOtherKindsPerUnit()),
              Numbers.decimals(1, step.clean().perThousandLines()),
              Numbers.decimals(2, step.youden().mean()),
              Numbers.share(step.pairs().correctShare())));
    }
    return new Table(
        "If more confidence is wanted: " + evaluation.model(),
        List.of(
            "at least",
            "recall",
            "precision",
            "F1",
            "clean flagged",
            "of other kinds",
            "in 1,000 clean lines",
            "Youden",
            "pairs correct"),
        rows);
  }

  /** What was not reviewed whole, and why. */
  static Table notReviewed(Evaluation evaluation) {
    List<List<String>> rows =
        evaluation.notReviewed().entrySet().stream()
            .map(entry -> List.of(entry.getKey(), String.valueOf(entry.getValue())))
            .toList();
    return new Table("Not answered whole: " + evaluation.model(), List.of("reason", "units"), rows);
  }
}
