package org.codeaudit.placement;

import java.util.List;
import java.util.Locale;

/** Amounts as people read them. */
public final class Amount {
  private static final List<String> UNITS = List.of("B", "kB", "MB", "GB", "TB");

  private Amount() {}

  /** Bytes in decimal units: {@code 61.1 GB}. */
  public static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (Math.abs(value) >= 1000 && unit < UNITS.size() - 1) {
      value /= 1000;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS.get(unit));
  }

  /** A number with separators: {@code 65,536}. */
  public static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
