package org.codeaudit.job.eval;

import java.util.OptionalDouble;

/**
 * How findings compare with labels.
 *
 * @param right findings that match a label
 * @param wrong findings that do not
 * @param missed labels that no finding matches
 */
public record Counts(long right, long wrong, long missed) {
  static final Counts NONE = new Counts(0, 0, 0);

  Counts plus(Counts other) {
    return new Counts(right + other.right, wrong + other.wrong, missed + other.missed);
  }

  /** Right ones of what was reported. */
  public Share precision() {
    return new Share(right, right + wrong);
  }

  /** Found ones of what there was to find. */
  public Share recall() {
    return new Share(right, right + missed);
  }

  /** The harmonic mean of both; empty if nothing was reported and nothing was to be found. */
  public OptionalDouble f1() {
    long all = 2 * right + wrong + missed;
    return all == 0 ? OptionalDouble.empty() : OptionalDouble.of(2.0 * right / all);
  }
}
