package org.codeaudit.job.eval.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.codeaudit.finding.Category;
import org.codeaudit.job.eval.Accuracy;
import org.codeaudit.job.eval.Calibration;
import org.codeaudit.job.eval.CleanUnits;
import org.codeaudit.job.eval.Counts;
import org.codeaudit.job.eval.Evaluation;
import org.codeaudit.job.eval.Ranking;
import org.codeaudit.job.eval.Share;
import org.codeaudit.job.eval.Sweep;
import org.codeaudit.job.eval.Youden;

/** Every figure of an evaluation as a row of its own, for programs. */
final class Figures {
  private static final String ALL = "all";

  private final String model;
  private final OptionalDouble pricePerHour;
  private final List<Figure> figures = new ArrayList<>();

  private Figures(String model, OptionalDouble pricePerHour) {
    this.model = model;
    this.pricePerHour = pricePerHour;
  }

  /**
   * One figure.
   *
   * @param section what it is part of, e.g. {@code accuracy}
   * @param level the level at which a finding counts as right; empty where that plays no part
   * @param groups what the group is one of, e.g. {@code category}
   * @param group e.g. {@code sql-injection}
   * @param measure e.g. {@code recall}
   */
  record Figure(
      String model,
      String section,
      String level,
      String groups,
      String group,
      String measure,
      double value) {}

  /** The figures of an evaluation; what there is none of has no row. */
  static List<Figure> of(Evaluation evaluation, OptionalDouble pricePerHour) {
    Figures figures = new Figures(evaluation.model(), pricePerHour);
    evaluation.accuracy().values().forEach(figures::accuracy);
    figures.clean("clean", ALL, ALL, evaluation.clean());
    figures.youden(evaluation.youden());
    figures.pairs(evaluation);
    evaluation.calibration().values().forEach(figures::calibration);
    evaluation.sweep().forEach(figures::sweep);
    figures.ranking("screen", evaluation.ranking());
    figures.ranking("confidence", evaluation.confidences());
    figures.usage(evaluation);
    return figures.figures;
  }

  private void accuracy(Accuracy accuracy) {
    String level = accuracy.level().columnValue();
    counts(level, ALL, ALL, accuracy.all());
    add("accuracy", level, ALL, ALL, "repeats", accuracy.repeats());
    add("accuracy", level, ALL, ALL, "f1_mean_of_categories", accuracy.meanF1());
    add("accuracy", level, ALL, ALL, "wrong_per_thousand_lines", accuracy.wrongPerThousandLines());
    groups(level, "category", accuracy.byCategory());
    groups(level, "cwe", accuracy.byCwe());
    groups(level, "language", accuracy.byLanguage());
  }

  private void groups(String level, String groups, Map<String, Counts> counts) {
    counts.forEach((group, count) -> counts(level, groups, group, count));
  }

  private void counts(String level, String groups, String group, Counts counts) {
    add("accuracy", level, groups, group, "right", counts.right());
    add("accuracy", level, groups, group, "wrong", counts.wrong());
    add("accuracy", level, groups, group, "missed", counts.missed());
    add("accuracy", level, groups, group, "precision", counts.precision().value());
    add("accuracy", level, groups, group, "recall", counts.recall().value());
    add("accuracy", level, groups, group, "f1", counts.f1());
  }

  private void clean(String section, String groups, String group, CleanUnits clean) {
    share(section, "", groups, group, "flagged", clean.flagged());
    add(section, "", groups, group, "findings_per_unit", clean.perUnit());
    add(section, "", groups, group, "other_kinds_per_unit", clean.ofOtherKindsPerUnit());
    add(section, "", groups, group, "findings_per_thousand_lines", clean.perThousandLines());
  }

  private void youden(Youden youden) {
    add("youden", "found", ALL, ALL, "mean", youden.mean());
    rates(ALL, ALL, youden.pooled());
    for (Map.Entry<Category, Youden.Rates> entry : youden.byCategory().entrySet()) {
      rates("category", entry.getKey().columnValue(), entry.getValue());
    }
  }

  private void rates(String groups, String group, Youden.Rates rates) {
    share("youden", "found", groups, group, "true_positives", rates.found());
    share("youden", "found", groups, group, "false_positives", rates.flagged());
    add("youden", "found", groups, group, "index", rates.index());
  }

  private void pairs(Evaluation evaluation) {
    share("pairs", "found", ALL, ALL, "correct", evaluation.pairs().correctShare());
    add("pairs", "found", ALL, ALL, "both", evaluation.pairs().both());
    add("pairs", "found", ALL, ALL, "neither", evaluation.pairs().neither());
    add("pairs", "found", ALL, ALL, "reversed", evaluation.pairs().reversed());
    share("lines", "found", ALL, ALL, "right", evaluation.linesRight());
    evaluation
        .flaps()
        .ifPresent(
            flaps -> {
              share("flaps", "", ALL, ALL, "findings", flaps.findings());
              share("flaps", "", ALL, ALL, "units", flaps.units());
            });
  }

  private void calibration(Calibration calibration) {
    String level = calibration.level().columnValue();
    add("calibration", level, ALL, ALL, "expected_error", calibration.expectedError());
    add("calibration", level, ALL, ALL, "brier", calibration.brier());
    for (Calibration.Bin bin : calibration.bins()) {
      String group = Numbers.decimals(1, bin.from());
      share("calibration", level, "bin_from", group, "right", bin.right());
      add("calibration", level, "bin_from", group, "confidence", bin.confidence());
    }
  }

  private void sweep(Sweep sweep) {
    String group = Numbers.decimals(2, sweep.least());
    add("sweep", "found", "least", group, "precision", sweep.found().precision().value());
    add("sweep", "found", "least", group, "recall", sweep.found().recall().value());
    add("sweep", "found", "least", group, "f1", sweep.found().f1());
    add("sweep", "found", "least", group, "youden_mean", sweep.youden().mean());
    add("sweep", "found", "least", group, "pairs_correct", sweep.pairs().correctShare().value());
    clean("sweep", "least", group, sweep.clean());
  }

  private void ranking(String section, Ranking ranking) {
    add(section, "", ALL, ALL, "right_above_others", ranking.rightAboveOthers());
    add(section, "", ALL, ALL, "right_above_others_centred", ranking.centred());
    add(section, "", ALL, ALL, "defect_above_clean", ranking.defectAboveClean());
    share(section, "", ALL, ALL, "asked", ranking.asked());
    ranking
        .byCategory()
        .forEach(
            (category, separation) -> {
              String group = category.columnValue();
              add(section, "", "category", group, "own_above_others", separation.ownAboveOthers());
              add(
                  section,
                  "",
                  "category",
                  group,
                  "defect_above_clean",
                  separation.defectAboveClean());
            });
  }

  private void usage(Evaluation evaluation) {
    add("usage", "", ALL, ALL, "units", evaluation.review().units().size());
    add(
        "usage",
        "",
        ALL,
        ALL,
        "not_reviewed",
        evaluation.notReviewed().values().stream().mapToLong(count -> count).sum());
    add("usage", "", ALL, ALL, "least_confidence", evaluation.least());
    add("usage", "", ALL, ALL, "prompt_tokens", evaluation.usage().promptTokens());
    add("usage", "", ALL, ALL, "cached_tokens", evaluation.usage().cachedTokens());
    add("usage", "", ALL, ALL, "generated_tokens", evaluation.usage().generatedTokens());
    add("usage", "", ALL, ALL, "model_seconds", evaluation.usage().modelSeconds());
    add("usage", "", ALL, ALL, "wall_seconds", evaluation.usage().wallSeconds());
    add("usage", "", ALL, ALL, "load_seconds", evaluation.usage().loadSeconds());
    add("usage", "", ALL, ALL, "lines", evaluation.usage().lines());
    pricePerHour.ifPresent(
        price -> add("usage", "", ALL, ALL, "cost", evaluation.usage().cost(price)));
  }

  private void share(
      String section, String level, String groups, String group, String measure, Share share) {
    add(section, level, groups, group, measure, share.value());
    add(section, level, groups, group, measure + "_count", share.count());
    add(section, level, groups, group, measure + "_of", share.of());
  }

  private void add(
      String section,
      String level,
      String groups,
      String group,
      String measure,
      OptionalDouble value) {
    value.ifPresent(number -> add(section, level, groups, group, measure, number));
  }

  private void add(
      String section, String level, String groups, String group, String measure, double value) {
    figures.add(new Figure(model, section, level, groups, group, measure, value));
  }
}
