package org.codeaudit.job.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Everything that is measured of one model.
 *
 * @param model its name for people
 * @param review what it said, whatever the confidence
 * @param shown what is shown of it; the figures are about that, but for those about confidence
 * @param least the least confidence that is shown
 * @param linesRight findings of the right kind whose line is right, of those whose label has a line
 * @param calibration one for each level; where lines are not known, only {@link Level#FOUND}
 * @param ranking of the scores of checks
 * @param confidences of what was followed up
 * @param flaps if the set was reviewed more than once
 */
public record Evaluation(
    String model,
    Review review,
    Review shown,
    double least,
    Map<Level, Accuracy> accuracy,
    CleanUnits clean,
    Youden youden,
    Pairs pairs,
    Share linesRight,
    Map<Level, Calibration> calibration,
    List<Sweep> sweep,
    Ranking ranking,
    Ranking confidences,
    Optional<Flaps> flaps,
    Usage usage) {

  /**
   * Measures a model.
   *
   * @param reviews of one set, at least one; the figures but those of flaps are of the first
   * @param usage of the first
   * @param least the least confidence that is shown
   */
  public static Evaluation of(String model, List<Review> reviews, Usage usage, double least) {
    Review review = reviews.get(0);
    Review shown = review.shown(least);
    Map<Level, Accuracy> accuracy = new TreeMap<>();
    Map<Level, Calibration> calibration = new TreeMap<>();
    for (Level level : levels(review)) {
      accuracy.put(level, Accuracy.of(shown, level));
      calibration.put(level, Calibration.of(review, level));
    }
    Optional<Flaps> flaps =
        reviews.size() == 1
            ? Optional.empty()
            : Optional.of(Flaps.of(reviews.stream().map(one -> one.shown(least)).toList()));
    return new Evaluation(
        model,
        review,
        shown,
        least,
        accuracy,
        CleanUnits.of(shown),
        Youden.of(shown),
        Pairs.of(shown),
        linesRight(shown),
        calibration,
        Sweep.of(review),
        Ranking.of(review, ReviewedUnit::scores),
        Ranking.of(review, ReviewedUnit::confidences),
        flaps,
        usage);
  }

  private static List<Level> levels(Review review) {
    return review.set().linesKnown() ? List.of(Level.values()) : List.of(Level.FOUND);
  }

  private static Share linesRight(Review review) {
    List<Boolean> known = new ArrayList<>();
    for (ReviewedUnit unit : review.units()) {
      Matched.of(unit, Level.FOUND)
          .matches()
          .forEach(match -> match.onLine().ifPresent(known::add));
    }
    return new Share(known.stream().filter(right -> right).count(), known.size());
  }

  /** Units that were not answered whole, with how many there are for each reason. */
  public Map<String, Long> notReviewed() {
    return review.units().stream()
        .flatMap(unit -> unit.notReviewed().stream())
        .collect(Collectors.groupingBy(reason -> reason, TreeMap::new, Collectors.counting()));
  }
}
