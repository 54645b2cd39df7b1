package org.codeaudit.job.eval;

import java.util.OptionalDouble;

/**
 * How many of how many.
 *
 * @param count 0 to {@code of}
 * @param of 0 or more
 */
public record Share(long count, long of) {
  /** The normal distribution's quantile for 95 % of the cases. */
  private static final double Z = 1.959964;

  public Share {
    if (count < 0 || count > of) {
      throw new IllegalArgumentException(count + " of " + of + " is no share");
    }
  }

  /** 0 to 1; empty of nothing. */
  public OptionalDouble value() {
    return of == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) count / of);
  }

  /** The lower end of Wilson's interval (1927), which holds the true share in 95 % of the cases. */
  public OptionalDouble low() {
    return end(-1);
  }

  /** The upper end of the same. */
  public OptionalDouble high() {
    return end(1);
  }

  private OptionalDouble end(int side) {
    if (of == 0) {
      return OptionalDouble.empty();
    }
    double share = (double) count / of;
    double width = Z * Math.sqrt(share * (1 - share) / of + Z * Z / (4.0 * of * of));
    double end = (share + Z * Z / (2.0 * of) + side * width) / (1 + Z * Z / of);
    return OptionalDouble.of(Math.max(0, Math.min(1, end)));
  }
}
