package org.codeaudit.job.report.request;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.apache.spark.sql.Row;
import org.codeaudit.finding.Severity;
import org.codeaudit.job.report.VisibleText;

/**
 * The findings as GitLab's Code Quality takes them: the part of Code Climate's format that it reads
 * (docs.gitlab.com/ci/testing/code_quality).
 */
public final class CodeQuality {
  record Issue(
      String description,
      @JsonProperty("check_name") String checkName,
      String fingerprint,
      String severity,
      Location location) {}

  record Location(String path, Lines lines) {}

  record Lines(int begin) {}

  private CodeQuality() {}

  /**
   * A JSON array in UTF-8, the gravest first. What stands on no line of the file as it is now is
   * put on line 1.
   *
   * @param findings rows of {@code findings} that stand, of one repository
   */
  public static byte[] of(List<Row> findings) {
    return JsonFile.bytes(RequestFinding.of(findings).stream().map(CodeQuality::issue).toList());
  }

  private static Issue issue(RequestFinding finding) {
    int line = finding.removed() ? 1 : finding.line().orElse(1);
    return new Issue(
        VisibleText.line(finding.message().replaceAll("\\s+", " ")),
        finding.category(),
        finding.fingerprint(),
        severity(finding.severity()),
        new Location(finding.path(), new Lines(line)));
  }

  private static String severity(Severity severity) {
    return switch (severity) {
      case CRITICAL -> "blocker";
      case HIGH -> "critical";
      case MEDIUM -> "major";
      case LOW -> "minor";
      case INFO -> "info";
    };
  }
}
