package org.codeaudit.job.eval.report;

import java.util.Locale;
import java.util.OptionalDouble;
import org.codeaudit.job.eval.Share;

/** Figures as tables for people have them; what there is none of is a dash. */
final class Numbers {
  private static final String NONE = "-";

  private Numbers() {}

  /** With so many decimals. */
  static String decimals(int count, OptionalDouble value) {
    return value.isEmpty() ? NONE : decimals(count, value.getAsDouble());
  }

  /** With so many decimals. */
  static String decimals(int count, double value) {
    return String.format(Locale.ROOT, "%." + count + "f", value);
  }

  /** As in {@code 0.75}. */
  static String share(Share share) {
    return decimals(2, share.value());
  }

  /** As in {@code 15/20}. */
  static String of(Share share) {
    return share.of() == 0 ? NONE : share.count() + "/" + share.of();
  }

  /** As in {@code 0.75 (0.53-0.89) 15/20}: with the interval that holds the true share. */
  static String full(Share share) {
    return share.of() == 0
        ? NONE
        : share(share)
            + " ("
            + decimals(2, share.low())
            + "-"
            + decimals(2, share.high())
            + ") "
            + of(share);
  }
}
