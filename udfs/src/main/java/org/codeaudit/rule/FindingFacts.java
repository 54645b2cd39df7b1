package org.codeaudit.rule;

import java.util.Optional;
import java.util.OptionalInt;
import org.codeaudit.finding.Finding;
import org.codeaudit.finding.Severity;
import org.codeaudit.prompt.Side;

/**
 * What rules ask about a finding.
 *
 * @param path of its file
 * @param check the id of the check that found it; empty for the open question
 * @param category as the column has it
 * @param cwe e.g. {@code CWE-89}
 * @param side of the change its lines stand on; empty if they are not known
 * @param lineStart 1-based
 * @param lineEnd inclusive
 */
public record FindingFacts(
    String path,
    Optional<String> check,
    String category,
    Optional<String> cwe,
    Severity severity,
    String fingerprint,
    Optional<Side> side,
    OptionalInt lineStart,
    OptionalInt lineEnd) {

  /** Of a finding in a file. */
  public static FindingFacts of(String path, Finding finding) {
    return new FindingFacts(
        path,
        finding.check(),
        finding.category().columnValue(),
        finding.cwe(),
        finding.severity(),
        finding.fingerprint(),
        finding.side(),
        finding.lineStart(),
        finding.lineEnd());
  }
}
