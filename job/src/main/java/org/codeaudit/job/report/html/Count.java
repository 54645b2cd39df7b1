package org.codeaudit.job.report.html;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.codeaudit.finding.Severity;

/**
 * How many there are of a name.
 *
 * @param length of its bar, the longest being the whole
 */
record Count(String name, long number, String length) {

  /** Findings of each severity, also of those of which there are none. */
  static List<Count> bySeverity(List<ShownFinding> findings) {
    Map<String, Long> counts = counts(findings, finding -> finding.severity().columnValue());
    return bars(
        Stream.of(Severity.values())
            .map(Severity::columnValue)
            .map(name -> Map.entry(name, counts.getOrDefault(name, 0L)))
            .toList());
  }

  /**
   * Findings by what is asked of each, the most frequent first; what is empty is not counted. Of
   * what only suppressed findings have there are none.
   */
  static List<Count> by(List<ShownFinding> findings, Function<ShownFinding, String> what) {
    Map<String, Long> open = counts(findings.stream().filter(ShownFinding::isOpen).toList(), what);
    return bars(
        findings.stream()
            .map(what)
            .filter(name -> !name.isEmpty())
            .distinct()
            .map(name -> Map.entry(name, open.getOrDefault(name, 0L)))
            .sorted(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .toList());
  }

  private static Map<String, Long> counts(
      List<ShownFinding> findings, Function<ShownFinding, String> what) {
    return findings.stream().collect(Collectors.groupingBy(what, Collectors.counting()));
  }

  private static List<Count> bars(List<Map.Entry<String, Long>> counts) {
    long most = counts.stream().mapToLong(Map.Entry::getValue).max().orElse(0);
    return counts.stream()
        .map(
            count ->
                new Count(count.getKey(), count.getValue(), Figures.length(count.getValue(), most)))
        .toList();
  }

  String shown() {
    return Figures.count(number);
  }
}
