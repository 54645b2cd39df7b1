package org.codeaudit.job.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Whether confidence is a probability: of findings with a confidence of 0.7, seven in ten should be
 * right. Findings without a confidence are left out.
 *
 * @param bins {@value #BINS} of equal width, the first from 0 on
 * @param brier mean squared difference of confidence and 1 for right, 0 for wrong (Brier, 1950);
 *     empty without findings
 */
public record Calibration(Level level, List<Bin> bins, OptionalDouble brier) {
  static final int BINS = 10;

  /**
   * Findings whose confidence lies between two bounds.
   *
   * @param from inclusive
   * @param to exclusive, but for 1
   * @param confidence mean of the findings; empty without any
   */
  public record Bin(double from, double to, Share right, OptionalDouble confidence) {}

  /** Of the findings of a review; a finding is right if it matches a label. */
  public static Calibration of(Review review, Level level) {
    double[] sums = new double[BINS];
    long[] right = new long[BINS];
    long[] all = new long[BINS];
    double squares = 0;
    for (ReviewedUnit unit : review.units()) {
      Matched matched = Matched.of(unit, level);
      for (Matched.Match match : matched.matches()) {
        squares += add(match.finding(), true, sums, right, all);
      }
      for (Reported finding : matched.wrong()) {
        squares += add(finding, false, sums, right, all);
      }
    }
    List<Bin> bins = new ArrayList<>();
    long total = 0;
    for (int i = 0; i < BINS; i++) {
      total += all[i];
      bins.add(
          new Bin(
              (double) i / BINS,
              (double) (i + 1) / BINS,
              new Share(right[i], all[i]),
              all[i] == 0 ? OptionalDouble.empty() : OptionalDouble.of(sums[i] / all[i])));
    }
    return new Calibration(
        level, bins, total == 0 ? OptionalDouble.empty() : OptionalDouble.of(squares / total));
  }

  /** Returns the squared difference. */
  private static double add(
      Reported finding, boolean isRight, double[] sums, long[] right, long[] all) {
    if (finding.confidence().isEmpty()) {
      return 0;
    }
    double confidence = finding.confidence().getAsDouble();
    int bin = Math.min(BINS - 1, (int) (confidence * BINS));
    sums[bin] += confidence;
    right[bin] += isRight ? 1 : 0;
    all[bin]++;
    double difference = confidence - (isRight ? 1 : 0);
    return difference * difference;
  }

  /** How many findings have a confidence. */
  public long findings() {
    return bins.stream().mapToLong(bin -> bin.right().of()).sum();
  }

  /**
   * The expected calibration error (Naeini, Cooper, Hauskrecht, AAAI 2015): how far mean confidence
   * and share of right ones lie apart in a bin, on the average over findings; empty without any.
   */
  public OptionalDouble expectedError() {
    long total = findings();
    if (total == 0) {
      return OptionalDouble.empty();
    }
    double sum = 0;
    for (Bin bin : bins) {
      if (bin.right().of() > 0) {
        double apart = bin.right().value().getAsDouble() - bin.confidence().getAsDouble();
        sum += bin.right().of() * Math.abs(apart);
      }
    }
    return OptionalDouble.of(sum / total);
  }
}
