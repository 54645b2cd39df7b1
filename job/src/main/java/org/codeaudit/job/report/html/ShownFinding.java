package org.codeaudit.job.report.html;

import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.spark.sql.Row;
import org.codeaudit.finding.Severity;
import org.codeaudit.job.report.Piece;
import org.codeaudit.job.report.VisibleText;
import org.codeaudit.job.sarif.FindingsLog;
import org.codeaudit.udf.row.Decisions;

/**
 * A finding as it is shown.
 *
 * @param anchor by which the page can be linked to it: made of its fingerprint, so that it stays
 *     while the finding does
 * @param place its line or lines, in words; empty if it stands on none
 * @param weakness e.g. {@code CWE-89}; empty if there is none
 * @param confidence as it is shown; empty if there is none
 * @param probability the same as a number where it is a probability; empty otherwise
 * @param origin commit and model, in words
 * @param decision what people have decided, with their reason, in words; empty if it needs
 *     attention
 * @param note why something that looks as if it suppressed it does not; empty if there is nothing
 */
record ShownFinding(
    String anchor,
    String repository,
    String path,
    String place,
    Severity severity,
    String check,
    String heading,
    String weakness,
    String confidence,
    String probability,
    List<Piece> message,
    List<Piece> suggestion,
    List<CodeLine> code,
    String origin,
    String decision,
    String note) {
  private static final int ANCHOR_LENGTH = 16;
  private static final int COMMIT_LENGTH = 12;

  /** Rows of {@code findings}, the gravest first. */
  static List<ShownFinding> of(List<Row> rows) {
    Map<Row, String> anchors = anchors(rows);
    return rows.stream()
        .sorted(FindingsLog.gravestFirst().thenComparing(byPlace()))
        .map(row -> of(row, anchors.get(row)))
        .toList();
  }

  /** Where a fingerprint comes again, the places are numbered in their order. */
  private static Map<Row, String> anchors(List<Row> rows) {
    Map<String, Integer> times = new HashMap<>();
    Map<Row, String> anchors = new IdentityHashMap<>();
    rows.stream()
        .sorted(byPlace())
        .forEach(
            row -> {
              String print = row.<String>getAs("fingerprint").replaceAll("[^\\w-]", "");
              String name = "f-" + print.substring(0, Math.min(ANCHOR_LENGTH, print.length()));
              int time = times.merge(name, 1, Integer::sum);
              anchors.put(row, time == 1 ? name : name + "-" + time);
            });
    return anchors;
  }

  private static Comparator<Row> byPlace() {
    return Comparator.comparing((Row row) -> row.<String>getAs("repository"))
        .thenComparing(row -> row.<String>getAs("path"))
        .thenComparing(
            row -> row.<Integer>getAs("line_start"), Comparator.nullsFirst(Integer::compare))
        .thenComparing(row -> row.<String>getAs("finding_id"));
  }

  private static ShownFinding of(Row row, String anchor) {
    Double confidence = row.getAs("confidence");
    boolean isProbability = confidence != null && "checks".equals(row.getAs("prompt_name"));
    Integer line = row.getAs("line_start");
    String category = row.getAs("category");
    return new ShownFinding(
        anchor,
        VisibleText.line(row.getAs("repository")),
        VisibleText.line(row.getAs("path")),
        place(row),
        FindingsLog.severity(row),
        VisibleText.line(category),
        VisibleText.line(FindingsLog.sentence(category).replaceFirst("\\.$", "")),
        VisibleText.line(row.getAs("cwe")),
        confidence == null ? "" : String.format(Locale.ROOT, "%.2f", confidence),
        // Not rounded up: what is shown from a confidence on must not be less.
        isProbability ? Double.toString(confidence) : "",
        Piece.prose(row.getAs("message")),
        Piece.prose(row.getAs("suggestion")),
        CodeLine.of(
            row.getAs("language"),
            row.getAs("quote"),
            line == null ? OptionalInt.empty() : OptionalInt.of(line)),
        origin(row),
        decision(row),
        VisibleText.line(row.getAs("suppression_note")));
  }

  private static String decision(Row row) {
    if (Decisions.isOpen(row)) {
      return "";
    }
    String by = row.getAs("suppression_decided_by");
    String expires = row.getAs("suppression_expires");
    return VisibleText.line(
        row.getAs("suppressed")
            + (Decisions.isInline(row) ? " by a remark in the code" : " by rules")
            + (by == null ? "" : ", decided by " + by)
            + (expires == null ? "" : ", until " + expires)
            + ": "
            + row.getAs("suppression_reason"));
  }

  private static String place(Row row) {
    Integer start = row.getAs("line_start");
    Integer end = row.getAs("line_end");
    if (start == null) {
      return "";
    }
    boolean removed = "old".equals(row.getAs("side"));
    boolean several = end != null && end > start;
    return (removed ? "removed " : "") + (several ? "lines " + start + "–" + end : "line " + start);
  }

  private static String origin(Row row) {
    String commit = row.getAs("commit_id");
    String model = row.getAs("model_id");
    String from =
        commit == null
            ? ""
            : "commit " + commit.substring(0, Math.min(COMMIT_LENGTH, commit.length()));
    String by = model == null ? "" : "model " + model;
    return VisibleText.line(from + (from.isEmpty() || by.isEmpty() ? "" : ", ") + by);
  }

  /** Whether its confidence says how likely it is true; that of the open question does not. */
  boolean isProbable() {
    return !probability.isEmpty();
  }

  /** Whether nobody has decided that it needs no attention. */
  boolean isOpen() {
    return decision.isEmpty();
  }

  /** Whether its code stands on no line. */
  boolean isUnplaced() {
    return place.isEmpty();
  }
}
