package org.codeaudit.job.report.html;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Numbers as the page shows them, the same in every country. */
final class Figures {
  /** For what was not measured. */
  static final String NONE = "–";

  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Figures() {}

  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A share of a whole in per cent; never 100 % or 0 % of what is not all or nothing. */
  static String share(long part, long whole) {
    if (whole == 0) {
      return NONE;
    }
    double percent = 100.0 * part / whole;
    double shown = part == 0 || part == whole ? percent : Math.min(99.9, Math.max(0.1, percent));
    return String.format(Locale.ROOT, "%.1f %%", shown);
  }

  /** The length of a bar, as an attribute. */
  static String length(double part, double whole) {
    return String.format(Locale.ROOT, "%.2f%%", whole == 0 ? 0 : 100 * part / whole);
  }

  static String rate(double number) {
    return String.format(Locale.ROOT, number < 100 ? "%,.1f" : "%,.0f", number);
  }

  static String duration(double seconds) {
    if (seconds < 60) {
      return String.format(Locale.ROOT, seconds < 10 ? "%.1f s" : "%.0f s", seconds);
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%,d h %02d min", whole / 3600, whole / 60 % 60);
  }

  /** In UTC. */
  static String time(Instant instant) {
    return MINUTE.format(instant);
  }
}
