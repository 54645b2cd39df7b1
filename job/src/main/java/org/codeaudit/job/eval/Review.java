package org.codeaudit.job.eval;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.codeaudit.job.eval.dataset.EvaluationSet;

/**
 * What a review said of a set.
 *
 * @param units every unit of the set once, in its order
 */
public record Review(EvaluationSet set, List<ReviewedUnit> units) {

  public Review {
    units = List.copyOf(units);
  }

  /** As it is shown to those who want so much confidence. */
  public Review shown(double least) {
    return new Review(set, units.stream().map(unit -> unit.shown(least)).toList());
  }

  /** The units by their ids. */
  Map<String, ReviewedUnit> byId() {
    return units.stream().collect(Collectors.toMap(unit -> unit.unit().id(), Function.identity()));
  }
}
