package org.codeaudit.bench.throughput;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;

/** Passes over the workload as a table for people, line by line as they end. */
final class ThroughputTable {
  private static final String FORMAT = "%-7s %-8s %5s %9s %9s %13s %12s %6s %8s %8s %8s %14s %8s";

  private final PrintWriter out;

  ThroughputTable(PrintWriter out) {
    this.out = out;
  }

  void head() {
    line(
        "phase",
        "savings",
        "rows",
        "seconds",
        "rows/min",
        "prefill tok/s",
        "decode tok/s",
        "batch",
        "shared %",
        "forced %",
        "drafts %",
        "outside steps",
        "peak MB");
  }

  void pass(Throughput pass) {
    line(
        pass.phase(),
        pass.savings(),
        pass.rows(),
        decimals(2, pass.seconds()),
        decimals(1, pass.rowsPerMinute()),
        decimals(1, pass.prefillTokensPerSecond()),
        decimals(1, pass.decodeTokensPerSecond()),
        decimals(1, pass.meanBatchSize()),
        share(pass.cachedTokens(), pass.promptTokens()),
        share(pass.forcedTokens(), pass.generatedTokens()),
        share(pass.draftTokensAccepted(), pass.generatedTokens()),
        decimals(2, pass.waitingSeconds()) + " s",
        pass.peakBytes() == 0 ? "-" : decimals(0, pass.peakBytes() / 1e6));
  }

  void ratios(Map<String, Double> ratios) {
    ratios.forEach(
        (name, value) -> out.printf(Locale.ROOT, "%-50s %8.2f%n", name.replace('_', ' '), value));
    out.flush();
  }

  private void line(Object... cells) {
    out.println(String.format(Locale.ROOT, FORMAT, cells).stripTrailing());
    out.flush();
  }

  private static String decimals(int count, double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%." + count + "f", value) : "-";
  }

  private static String share(long part, long whole) {
    return whole == 0 ? "-" : decimals(0, 100.0 * part / whole);
  }
}
