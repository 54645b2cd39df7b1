package org.codeaudit.job.report.request;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.codeaudit.finding.Severity;
import org.codeaudit.job.sarif.FindingsLog;

/**
 * What keeps a change from passing: findings of at least a severity, of all or of those that are
 * new.
 *
 * @param least the least severity that counts
 * @param onlyNew whether findings that were there before do not count
 */
public record Gate(Severity least, boolean onlyNew) {
  private static final String NEW = "new:";

  /** How many findings a sentence names. */
  private static final int MOST_NAMED = 5;

  /**
   * The gate of a text such as {@code high} or {@code new:high}.
   *
   * @throws IllegalArgumentException saying what is allowed
   */
  public static Gate parse(String text) {
    String plain = text.strip().toLowerCase(Locale.ROOT);
    boolean onlyNew = plain.startsWith(NEW);
    String severity = onlyNew ? plain.substring(NEW.length()) : plain;
    return Severity.of(severity)
        .map(least -> new Gate(least, onlyNew))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'"
                        + text
                        + "' is no gate: it is one of "
                        + Arrays.stream(Severity.values())
                            .map(Severity::columnValue)
                            .collect(Collectors.joining(", "))
                        + ", or new: and one of them"));
  }

  /**
   * The findings that keep the gate shut, the gravest first; none if it is open.
   *
   * @param findings rows of {@code findings} that stand
   * @param isNew whether a finding was not there before, or is there again
   */
  public List<Row> shutBy(List<Row> findings, Predicate<Row> isNew) {
    return findings.stream()
        .filter(row -> FindingsLog.severity(row).compareTo(least) <= 0)
        .filter(row -> !onlyNew || isNew.test(row))
        .sorted(FindingsLog.gravestFirst())
        .toList();
  }

  /** One sentence that says which findings shut it, for people. */
  public String sentence(List<Row> shutting) {
    if (shutting.isEmpty()) {
      return count(shutting);
    }
    int more = shutting.size() - MOST_NAMED;
    return count(shutting).replaceFirst("\\.$", ": ")
        + RequestFinding.of(shutting).stream()
            .limit(MOST_NAMED)
            .map(f -> f.severity().columnValue() + " " + f.place() + " " + f.category())
            .collect(Collectors.joining(", "))
        + (more > 0 ? ", and " + more + " more." : ".");
  }

  /** How many findings shut it, without anything of theirs. */
  String count(List<Row> shutting) {
    return "The gate "
        + this
        + switch (shutting.size()) {
          case 0 -> " is open: no finding shuts it.";
          case 1 -> " is shut by 1 finding.";
          default -> " is shut by " + shutting.size() + " findings.";
        };
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return (onlyNew ? NEW : "") + least.columnValue();
  }
}
