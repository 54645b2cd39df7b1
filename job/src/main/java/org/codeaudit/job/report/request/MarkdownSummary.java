package org.codeaudit.job.report.request;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.codeaudit.finding.Finding;
import org.codeaudit.finding.Severity;
import org.codeaudit.udf.row.Decisions;

/** The findings of a merge request as one comment on it. */
public final class MarkdownSummary {
  /** By which a comment is found again, to be replaced by the next. */
  private static final String MARK = "<!-- code-audit:summary -->";

  /** Hosts take 65,536 characters; each of these is at most 1,200. */
  private static final int MOST_FINDINGS = 50;

  private static final int MOST_OF_PLACE = 200;

  private MarkdownSummary() {}

  /**
   * The comment in UTF-8.
   *
   * @param findings rows of {@code findings} that stand, of one repository; suppressed ones are
   *     counted apart
   * @param gate decides whether the change may pass, if there is one
   * @param shutting the findings that keep it shut
   */
  public static byte[] of(List<Row> findings, Optional<Gate> gate, List<Row> shutting) {
    List<RequestFinding> all =
        RequestFinding.of(findings.stream().filter(Decisions::isOpen).toList());
    StringBuilder text = new StringBuilder(MARK + "\n### Code Audit: " + title(all.size()) + "\n");
    gate.ifPresent(asked -> text.append("\n").append(asked.count(shutting)).append("\n"));
    if (!all.isEmpty()) {
      text.append("\n").append(counts(all)).append("\n");
      all.stream().limit(MOST_FINDINGS).forEach(finding -> text.append(line(finding)));
      if (all.size() > MOST_FINDINGS) {
        text.append("- and ").append(all.size() - MOST_FINDINGS).append(" less grave ones\n");
      }
    }
    suppressed(findings).ifPresent(line -> text.append("\n").append(line).append("\n"));
    text.append("\nWritten by a language model that is often wrong: an opinion, to be checked.\n");
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Whoever changes code can write remarks in it: reviewers are told that there are some. */
  private static Optional<String> suppressed(List<Row> findings) {
    List<Row> decided = findings.stream().filter(row -> !Decisions.isOpen(row)).toList();
    long inline = decided.stream().filter(Decisions::isInline).count();
    return decided.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Suppressed besides: "
                + decided.size()
                + (inline == 0 ? "." : ", of them " + inline + " by remarks in the code."));
  }

  private static String title(int count) {
    return switch (count) {
      case 0 -> "nothing found";
      case 1 -> "1 finding";
      default -> count + " findings";
    };
  }

  private static String counts(List<RequestFinding> findings) {
    List<Severity> severities = List.of(Severity.values());
    return row(severities.stream().map(Severity::columnValue).toList())
        + row(severities.stream().map(severity -> "---:").toList())
        + row(
            severities.stream()
                .map(s -> findings.stream().filter(f -> f.severity() == s).count())
                .map(String::valueOf)
                .toList());
  }

  private static String row(List<String> cells) {
    return cells.stream().collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  private static String line(RequestFinding finding) {
    return "- **"
        + finding.severity().columnValue()
        + "** "
        + MarkdownText.code(MarkdownText.shortened(finding.place(), MOST_OF_PLACE))
        + (finding.removed() ? " (removed line) " : " ")
        + kind(finding)
        + ": "
        + MarkdownText.prose(finding.title(), Finding.TITLE_CHARACTERS)
        + finding.confidence().map(sure -> " (confidence " + sure + ")").orElse("")
        + "\n";
  }

  /** Category and weakness. */
  static String kind(RequestFinding finding) {
    return MarkdownText.code(finding.category())
        + finding.weakness().map(cwe -> " " + MarkdownText.code(cwe)).orElse("");
  }
}
