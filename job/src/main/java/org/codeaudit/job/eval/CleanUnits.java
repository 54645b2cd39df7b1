package org.codeaudit.job.eval;

import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import org.codeaudit.finding.Category;
import org.codeaudit.job.eval.dataset.EvaluationSet;

/**
 * What a review said about units without defects. A clean unit's kind is the defect that it seems
 * to have; see {@link EvaluationSet#kinds}.
 *
 * @param flagged units of which anything was said
 * @param findings in all of them
 * @param ofOtherKinds findings that are not even of their unit's kind
 * @param lines of all of them
 */
public record CleanUnits(Share flagged, long findings, long ofOtherKinds, long lines) {

  /** Counts the clean units of a review. */
  public static CleanUnits of(Review review) {
    List<ReviewedUnit> clean = review.units().stream().filter(unit -> unit.unit().clean()).toList();
    return new CleanUnits(
        new Share(clean.stream().filter(unit -> !unit.findings().isEmpty()).count(), clean.size()),
        clean.stream().mapToLong(unit -> unit.findings().size()).sum(),
        clean.stream().mapToLong(unit -> others(unit, review.set().kinds(unit.unit()))).sum(),
        clean.stream().mapToLong(unit -> unit.unit().lines()).sum());
  }

  private static long others(ReviewedUnit unit, Set<Category> kinds) {
    return unit.findings().stream()
        .filter(finding -> kinds.stream().noneMatch(finding::says))
        .count();
  }

  /** Findings in one unit, on the average. */
  public OptionalDouble perUnit() {
    return mean(findings, flagged.of());
  }

  /** Findings of other kinds in one unit, on the average. */
  public OptionalDouble ofOtherKindsPerUnit() {
    return mean(ofOtherKinds, flagged.of());
  }

  /** Findings in 1,000 lines. */
  public OptionalDouble perThousandLines() {
    return mean(1000.0 * findings, lines);
  }

  private static OptionalDouble mean(double sum, long of) {
    return of == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / of);
  }
}
