package org.codeaudit.job.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.codeaudit.job.sink.ExecutorSummary;

/** What each executor did, as lines of aligned columns. */
final class ExecutorTable {
  private static final int MOST = 32;

  private static final List<String> HEADINGS =
      List.of(
          "id",
          "host",
          "device",
          "rows",
          "failed",
          "read",
          "written",
          "tokens/s",
          "batch",
          "load s");

  /** The columns from here on are numbers. */
  private static final int FIRST_NUMBER = 3;

  private ExecutorTable() {}

  /** The lines; none for a single executor, of which the summary says it all. */
  static List<String> lines(List<ExecutorSummary> executors) {
    if (executors.size() < 2) {
      return List.of();
    }
    List<List<String>> cells = new ArrayList<>();
    cells.add(HEADINGS);
    shown(executors).forEach(executor -> cells.add(cells(executor)));
    int[] widths =
        IntStream.range(0, HEADINGS.size())
            .map(i -> cells.stream().mapToInt(row -> row.get(i).length()).max().orElse(0))
            .toArray();
    List<String> lines = new ArrayList<>();
    lines.add(title(executors.size()));
    cells.forEach(row -> lines.add("  " + aligned(row, widths)));
    return lines;
  }

  private static String title(int count) {
    return count <= MOST
        ? "Executors"
        : "Executors (the " + MOST + " slowest of " + count + "; the tables have them all)";
  }

  /** Of many, the slowest. */
  private static List<ExecutorSummary> shown(List<ExecutorSummary> executors) {
    return executors.size() <= MOST
        ? executors
        : executors.stream()
            .sorted(Comparator.comparingDouble(ExecutorSummary::tokensPerSecond))
            .limit(MOST)
            .toList();
  }

  private static List<String> cells(ExecutorSummary executor) {
    return Arrays.asList(
        Report.printable(executor.executorId()),
        Report.printable(executor.host()),
        executor.device().orElse("-"),
        Long.toString(executor.rows()),
        Long.toString(executor.failed()),
        Long.toString(executor.promptTokens()),
        Long.toString(executor.generatedTokens()),
        decimal(executor.tokensPerSecond()),
        executor.meanBatchSize().isPresent()
            ? decimal(executor.meanBatchSize().getAsDouble())
            : "-",
        executor.modelLoadNanos().isPresent()
            ? decimal(executor.modelLoadNanos().getAsLong() / 1e9)
            : "-");
  }

  private static String aligned(List<String> row, int[] widths) {
    return IntStream.range(0, widths.length)
        .mapToObj(
            i -> String.format("%" + (i < FIRST_NUMBER ? "-" : "") + widths[i] + "s", row.get(i)))
        .collect(Collectors.joining("  "))
        .stripTrailing();
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
