package org.codeaudit.job.eval;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.codeaudit.finding.Category;

/**
 * How well defects are told from what looks like them, as OWASP's benchmark counts it: of each
 * category the units that have its defect and those that look as if they had, each with a finding
 * of the category or without one. Youden's index (Cancer 3, 1950) is the share of the former that
 * are flagged less the share of the latter: 1 is perfect, 0 is chance.
 *
 * @param byCategory of all categories that a unit is about
 */
public record Youden(Map<Category, Rates> byCategory) {

  /**
   * Of one category.
   *
   * @param found units with the defect in which something of the category was found
   * @param flagged clean units of its kind in which something of the category was found
   */
  public record Rates(Share found, Share flagged) {

    Rates plus(Rates other) {
      return new Rates(sum(found, other.found), sum(flagged, other.flagged));
    }

    private static Share sum(Share one, Share other) {
      return new Share(one.count() + other.count(), one.of() + other.of());
    }

    /** The index; empty without units of either sort. */
    public OptionalDouble index() {
      return found.of() == 0 || flagged.of() == 0
          ? OptionalDouble.empty()
          : OptionalDouble.of(found.value().getAsDouble() - flagged.value().getAsDouble());
    }
  }

  private static final Share NONE = new Share(0, 0);

  /** Counts a review. */
  public static Youden of(Review review) {
    Map<Category, Rates> byCategory = new TreeMap<>();
    for (ReviewedUnit unit : review.units()) {
      for (Category category : review.set().kinds(unit.unit())) {
        Share one = new Share(unit.says(category) ? 1 : 0, 1);
        Rates rates = unit.unit().clean() ? new Rates(NONE, one) : new Rates(one, NONE);
        byCategory.merge(category, rates, Rates::plus);
      }
    }
    return new Youden(byCategory);
  }

  /** Over all units of all categories. */
  public Rates pooled() {
    return byCategory.values().stream().reduce(new Rates(NONE, NONE), Rates::plus);
  }

  /** The mean of the categories' indices, over those that have one. */
  public OptionalDouble mean() {
    return byCategory.values().stream()
        .map(Rates::index)
        .flatMapToDouble(OptionalDouble::stream)
        .average();
  }
}
