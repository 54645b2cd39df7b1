package org.codeaudit.job.eval.report;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.job.eval.Evaluation;
import org.codeaudit.job.eval.Level;
import org.codeaudit.job.eval.Matched;
import org.codeaudit.job.eval.Reported;
import org.codeaudit.job.eval.ReviewedUnit;
import org.codeaudit.job.eval.dataset.EvaluationUnit;
import org.codeaudit.job.eval.dataset.Label;
import org.codeaudit.job.eval.dataset.LineRange;
import org.codeaudit.job.eval.report.Figures.Figure;

/** Evaluations as tables for programs. */
final class ResultTables {
  /** One row a figure; see {@link Figure}. */
  static final StructType FIGURES =
      new StructType()
          .add("model", StringType, false)
          .add("section", StringType, false)
          .add("level", StringType, false)
          .add("groups", StringType, false)
          .add("group", StringType, false)
          .add("measure", StringType, false)
          .add("value", DoubleType, false);

  /**
   * One row for each label and each finding that matches none, whatever its confidence: {@code
   * outcome} is {@code right}, {@code wrong} or {@code missed}. {@code line_right} says of a right
   * one whether it stands where the label does, null where that is not known; {@code shown} whether
   * its confidence is enough.
   */
  static final StructType MATCHES =
      new StructType()
          .add("model", StringType, false)
          .add("unit", StringType, false)
          .add("language", StringType, false)
          .add("clean", BooleanType, false)
          .add("outcome", StringType, false)
          .add("category", StringType, false)
          .add("cwe", StringType, true)
          .add("label_line_start", IntegerType, true)
          .add("label_line_end", IntegerType, true)
          .add("reported_category", StringType, true)
          .add("line_start", IntegerType, true)
          .add("line_end", IntegerType, true)
          .add("line_right", BooleanType, true)
          .add("confidence", DoubleType, true)
          .add("shown", BooleanType, true)
          .add("not_reviewed", StringType, true);

  private ResultTables() {}

  static List<Row> figures(List<Evaluation> evaluations, OptionalDouble pricePerHour) {
    return evaluations.stream()
        .flatMap(evaluation -> Figures.of(evaluation, pricePerHour).stream())
        .map(
            figure ->
                RowFactory.create(
                    figure.model(),
                    figure.section(),
                    figure.level(),
                    figure.groups(),
                    figure.group(),
                    figure.measure(),
                    figure.value()))
        .toList();
  }

  static List<Row> matches(List<Evaluation> evaluations) {
    List<Row> rows = new ArrayList<>();
    for (Evaluation evaluation : evaluations) {
      for (ReviewedUnit unit : evaluation.review().units()) {
        Matched matched = Matched.of(unit, Level.FOUND);
        for (Matched.Match match : matched.matches()) {
          rows.add(
              row(
                  evaluation,
                  unit,
                  "right",
                  Optional.of(match.label()),
                  Optional.of(match.finding()),
                  match.onLine()));
        }
        for (Reported finding : matched.wrong()) {
          rows.add(
              row(
                  evaluation,
                  unit,
                  "wrong",
                  Optional.empty(),
                  Optional.of(finding),
                  Optional.empty()));
        }
        for (Label label : matched.missed()) {
          rows.add(
              row(
                  evaluation,
                  unit,
                  "missed",
                  Optional.of(label),
                  Optional.empty(),
                  Optional.empty()));
        }
      }
    }
    return rows;
  }

  private static Row row(
      Evaluation evaluation,
      ReviewedUnit reviewed,
      String outcome,
      Optional<Label> label,
      Optional<Reported> finding,
      Optional<Boolean> lineRight) {
    EvaluationUnit unit = reviewed.unit();
    Optional<LineRange> labelled = label.flatMap(Label::lines);
    Optional<LineRange> lines = finding.flatMap(Reported::lines);
    return RowFactory.create(
        evaluation.model(),
        unit.id(),
        unit.language(),
        unit.clean(),
        outcome,
        label.map(Label::category).orElseGet(() -> finding.orElseThrow().category()).columnValue(),
        label.map(Label::cwe).orElseGet(() -> finding.orElseThrow().cwe()).orElse(null),
        labelled.map(LineRange::start).orElse(null),
        labelled.map(LineRange::end).orElse(null),
        finding.map(one -> one.category().columnValue()).orElse(null),
        lines.map(LineRange::start).orElse(null),
        lines.map(LineRange::end).orElse(null),
        lineRight.orElse(null),
        finding
            .filter(one -> one.confidence().isPresent())
            .map(one -> one.confidence().getAsDouble())
            .orElse(null),
        finding.map(one -> one.shown(evaluation.least())).orElse(null),
        reviewed.notReviewed().orElse(null));
  }
}
