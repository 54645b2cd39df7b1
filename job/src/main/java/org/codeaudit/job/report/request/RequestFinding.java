package org.codeaudit.job.report.request;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.sql.Row;
import org.codeaudit.finding.Severity;
import org.codeaudit.job.report.VisibleText;
import org.codeaudit.job.sarif.FindingsLog;

/**
 * A finding as a merge request is told of it. Texts are as the table has them, not yet escaped.
 *
 * @param line 1-based; empty if its code stands on no line
 * @param removed whether that is a line of the old side
 * @param weakness e.g. {@code CWE-89}; empty if there is none
 * @param confidence as it is shown; empty if there is none
 * @param title one sentence
 * @param fingerprint letters, digits, hyphens and underlines; unique in a list
 */
record RequestFinding(
    String path,
    OptionalInt line,
    boolean removed,
    Severity severity,
    String category,
    Optional<String> weakness,
    Optional<String> confidence,
    String title,
    String message,
    String suggestion,
    String fingerprint) {

  /** Rows of {@code findings}, the gravest and surest first. */
  static List<RequestFinding> of(List<Row> rows) {
    Map<String, Integer> times = new HashMap<>();
    List<RequestFinding> findings = new ArrayList<>();
    rows.stream()
        .sorted(FindingsLog.gravestFirst().thenComparing(byLine()))
        .forEach(
            row -> {
              String print = row.<String>getAs("fingerprint").replaceAll("[^\\w-]", "");
              int time = times.merge(print, 1, Integer::sum);
              findings.add(of(row, time == 1 ? print : print + "-" + time));
            });
    return findings;
  }

  private static Comparator<Row> byLine() {
    return Comparator.comparing(
        row -> row.<Integer>getAs("line_start"), Comparator.nullsFirst(Integer::compare));
  }

  private static RequestFinding of(Row row, String fingerprint) {
    Integer line = row.getAs("line_start");
    Double confidence = row.getAs("confidence");
    String category = row.getAs("category");
    String message = said(row, "message");
    return new RequestFinding(
        row.getAs("path"),
        line == null ? OptionalInt.empty() : OptionalInt.of(line),
        "old".equals(row.getAs("side")),
        FindingsLog.severity(row),
        category,
        Optional.ofNullable(row.getAs("cwe")),
        Optional.ofNullable(confidence).map(sure -> String.format(Locale.ROOT, "%.2f", sure)),
        message.isEmpty() ? FindingsLog.sentence(category) : said(row, "title"),
        message.isEmpty() ? FindingsLog.sentence(category) : message,
        said(row, "suggestion"),
        fingerprint);
  }

  private static String said(Row row, String column) {
    String text = row.getAs(column);
    return text == null ? "" : text.strip();
  }

  /** {@code path:line}, or the path alone, on one line. */
  String place() {
    String name = VisibleText.line(path);
    return line.isPresent() ? name + ":" + line.getAsInt() : name;
  }
}
