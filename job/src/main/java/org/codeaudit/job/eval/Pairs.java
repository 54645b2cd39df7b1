package org.codeaudit.job.eval;

import java.util.Map;
import org.codeaudit.finding.Category;
import org.codeaudit.job.eval.dataset.EvaluationUnit;

/**
 * Pairs of a defect and its clean twin. A unit is flagged if something of one of the defect's
 * categories is reported. The four sorts are those of PrimeVul (arXiv 2403.18624).
 *
 * @param correct the defect is flagged and its twin is not
 * @param both both are flagged
 * @param neither neither is
 * @param reversed only the clean twin is
 */
public record Pairs(long correct, long both, long neither, long reversed) {

  /** Counts the pairs of a review. */
  public static Pairs of(Review review) {
    Map<String, ReviewedUnit> units = review.byId();
    long[] counts = new long[4];
    for (ReviewedUnit defect : review.units()) {
      if (!defect.unit().clean() && defect.unit().twin().isPresent()) {
        ReviewedUnit twin = units.get(defect.unit().twin().get());
        boolean found = flagged(defect, defect.unit());
        boolean alsoTwin = flagged(twin, defect.unit());
        counts[found ? (alsoTwin ? 1 : 0) : (alsoTwin ? 3 : 2)]++;
      }
    }
    return new Pairs(counts[0], counts[1], counts[2], counts[3]);
  }

  private static boolean flagged(ReviewedUnit unit, EvaluationUnit defect) {
    for (Category category : defect.categories()) {
      if (unit.says(category)) {
        return true;
      }
    }
    return false;
  }

  /** Correct ones of all pairs. */
  public Share correctShare() {
    return new Share(correct, correct + both + neither + reversed);
  }
}
