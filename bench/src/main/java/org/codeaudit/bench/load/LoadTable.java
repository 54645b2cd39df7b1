package org.codeaudit.bench.load;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The table for people, written line by line as it comes. */
final class LoadTable {
  private static final String FORMAT =
      "%-9s  %-9s  %-6s  %8s %8s %8s %8s %6s  %8s %8s %8s %9s %8s  %8s %8s %8s";
  private static final double MEGABYTE = 1e6;

  private final PrintWriter out;

  LoadTable(PrintWriter out) {
    this.out = out;
  }

  void header() {
    line(
        "", "", "", "read", "open", "first", "next", "", "peak", "of it", "plan", "", "from",
        "open", "first", "peak");
    line(
        "precision",
        "placement",
        "start",
        "s",
        "s",
        "token s",
        "token s",
        "GB/s",
        "MB",
        "anon MB",
        "says MB",
        "packed MB",
        "disk MB",
        "/read",
        "/read",
        "/says");
  }

  void row(LoadRow row) {
    Optional<LoadFigures> figures = row.figures();
    if (figures.isEmpty()) {
      out.printf(
          "%-9s  %-9s  %-6s  %s%n",
          row.load().precision(),
          row.load().placement(),
          row.start(),
          row.reason().orElse("failed"));
      out.flush();
      return;
    }
    LoadFigures f = figures.get();
    line(
        row.load().precision().toString(),
        row.load().placement().toString(),
        row.start().toString(),
        decimals(3, row.read().map(PlainRead::seconds).orElse(0.0)),
        decimals(3, f.openSeconds()),
        decimals(3, f.firstTokenSeconds()),
        decimals(3, f.nextTokenSeconds()),
        decimals(2, row.gigabytesPerSecond().orElse(0.0)),
        megabytes(f.peakBytes()),
        megabytes(f.anonymousBytes()),
        megabytes(f.declaredBytes()),
        megabytes(row.packedBytes()),
        megabytes(f.readBytes()),
        ratio(row.openToRead()),
        ratio(row.firstTokenToRead()),
        ratio(row.peakToDeclared()));
  }

  /** Each target with the row that is furthest from it. */
  void targets(List<LoadTarget> targets, List<LoadRow> rows) {
    for (LoadTarget target : targets) {
      String found =
          target
              .worst(rows)
              .map(
                  worst ->
                      String.format(
                          Locale.ROOT,
                          "%5.2f  %s (%s, %s, %s)",
                          worst.getValue(),
                          worst.getValue() <= target.limit() ? "met" : "missed",
                          worst.getKey().load().precision(),
                          worst.getKey().load().placement(),
                          worst.getKey().start()))
              .orElse("    -  not measured");
      out.printf(
          Locale.ROOT, "Target     %-56s <= %.1f: %s%n", target.name(), target.limit(), found);
    }
    out.flush();
  }

  private void line(Object... cells) {
    out.println(String.format(Locale.ROOT, FORMAT, cells).stripTrailing());
    out.flush();
  }

  private static String decimals(int count, double value) {
    return String.format(Locale.ROOT, "%." + count + "f", value);
  }

  private static String megabytes(long bytes) {
    return bytes == 0 ? "-" : decimals(bytes < 10 * MEGABYTE ? 1 : 0, bytes / MEGABYTE);
  }

  private static String ratio(Optional<Double> value) {
    return value.map(v -> decimals(2, v)).orElse("-");
  }
}
