package org.codeaudit.review;

import java.util.List;
import java.util.OptionalDouble;
import org.codeaudit.check.CheckScore;
import org.codeaudit.finding.ParsedFinding;
import org.codeaudit.generate.request.Timing;

/**
 * What checks found in a unit.
 *
 * @param findings one for each line that was looked at a second time, the most confident first
 * @param confidences of the findings, at the same places
 * @param scores of all checks that were asked
 * @param timing of all its questions together
 */
public record CheckedUnit(
    List<ParsedFinding> findings,
    List<Double> confidences,
    List<CheckScore> scores,
    Timing timing) {

  public CheckedUnit {
    findings = List.copyOf(findings);
    confidences = List.copyOf(confidences);
    scores = List.copyOf(scores);
  }

  /** Whether comments would change what is answered about the unit. */
  public boolean framed() {
    return scores.stream().anyMatch(CheckScore::framed);
  }

  /** The confidence of one of the findings; of the first, if several are equal. */
  public OptionalDouble confidence(ParsedFinding finding) {
    return OptionalDouble.of(confidences.get(findings.indexOf(finding)));
  }
}
