package org.codeaudit.job.plan;

/**
 * An estimate and how far off it may be.
 *
 * @param estimate the expected value
 * @param halfWidth half of its 95 % confidence interval; 0 for what was counted, NaN where a sample
 *     is too small to tell
 */
public record Interval(double estimate, double halfWidth) {

  /** What was counted, not estimated. */
  public static Interval exact(double value) {
    return new Interval(value, 0);
  }

  /** The least of the interval, never below 0: everything here is a count. */
  public double low() {
    return Math.max(0, estimate - halfWidth);
  }

  /** The most of the interval. */
  public double high() {
    return estimate + halfWidth;
  }

  /** Half of the width as a part of the estimate; NaN where that cannot be told. */
  public double relative() {
    return halfWidth == 0 ? 0 : halfWidth / Math.abs(estimate);
  }

  /** Whether it is at most so wide, as a part of the estimate. */
  boolean within(double part) {
    return relative() <= part;
  }

  /** This many of something. */
  public Interval times(double factor) {
    return new Interval(estimate * factor, halfWidth * Math.abs(factor));
  }

  /**
   * The sum of two estimates that may err together: their half widths are added, which is safe
   * whatever the correlation.
   */
  public Interval plus(Interval other) {
    return new Interval(estimate + other.estimate, halfWidth + other.halfWidth);
  }

  /**
   * The product of two estimates that err independently, by the delta method (first order).
   *
   * @see <a href="https://doi.org/10.1080/01621459.1960.10483369">Goodman, On the exact variance of
   *     products, 1960</a>
   */
  public Interval times(Interval other) {
    return new Interval(
        estimate * other.estimate,
        Math.hypot(halfWidth * other.estimate, other.halfWidth * estimate));
  }
}
