package org.codeaudit.job.eval;

import java.util.List;
import java.util.stream.DoubleStream;

/**
 * The same review at another least confidence.
 *
 * @param least the least confidence that is shown
 */
public record Sweep(double least, Counts found, CleanUnits clean, Youden youden, Pairs pairs) {
  private static final int STEPS = 20;

  /** A review at 0, 0.05 and so on up to 0.95. */
  public static List<Sweep> of(Review review) {
    return DoubleStream.iterate(0, step -> step < STEPS, step -> step + 1)
        .map(step -> step / STEPS)
        .mapToObj(least -> at(review, least))
        .toList();
  }

  private static Sweep at(Review review, double least) {
    Review shown = review.shown(least);
    return new Sweep(
        least,
        Accuracy.of(shown, Level.FOUND).all(),
        CleanUnits.of(shown),
        Youden.of(shown),
        Pairs.of(shown));
  }
}
