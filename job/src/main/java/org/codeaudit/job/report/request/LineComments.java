package org.codeaudit.job.report.request;

import java.util.List;
import org.apache.spark.sql.Row;

/** Comments on the lines of a merge request, for whoever posts them. */
public final class LineComments {
  private static final int MOST_CHARACTERS = 1000;

  /**
   * One comment.
   *
   * @param line 1-based
   * @param side {@code new}, or {@code old} for a line that was removed
   * @param body Markdown, with the fingerprint in a comment that is not shown
   * @param fingerprint by which a comment that was posted already is known
   */
  record Comment(String path, int line, String side, String body, String fingerprint) {}

  private LineComments() {}

  /**
   * A JSON array in UTF-8, the gravest first. What stands on no line is left out.
   *
   * @param findings rows of {@code findings} that stand, of one repository
   */
  public static byte[] of(List<Row> findings) {
    return JsonFile.bytes(
        RequestFinding.of(findings).stream()
            .filter(finding -> finding.line().isPresent())
            .map(LineComments::comment)
            .toList());
  }

  private static Comment comment(RequestFinding finding) {
    String suggestion = MarkdownText.prose(finding.suggestion(), MOST_CHARACTERS);
    String body =
        "**"
            + finding.severity().columnValue()
            + "** "
            + MarkdownSummary.kind(finding)
            + finding.confidence().map(sure -> ", confidence " + sure).orElse("")
            + "\n\n"
            + MarkdownText.prose(finding.message(), MOST_CHARACTERS)
            + (suggestion.isEmpty() ? "" : "\n\n" + suggestion)
            + "\n\n<!-- code-audit:"
            + finding.fingerprint()
            + " -->\n";
    return new Comment(
        finding.path(),
        finding.line().getAsInt(),
        finding.removed() ? "old" : "new",
        body,
        finding.fingerprint());
  }
}
