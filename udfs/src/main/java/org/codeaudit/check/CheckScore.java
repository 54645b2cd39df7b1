package org.codeaudit.check;

import java.util.Optional;
import java.util.OptionalDouble;
import org.codeaudit.finding.ToolReport;

/**
 * What came of one check on one unit.
 *
 * @param screen score of the question about the unit
 * @param left of that score when the model's {@link Leaning} is taken off
 * @param probability that the unit has the defect, by that score alone
 * @param quote the line that was looked at a second time; empty if the check was not followed up
 * @param verdict score of the second look; empty if it was not asked because the calibration does
 *     not count it
 * @param flow see {@link Calibration#FLOW}
 * @param confidence the probability that the finding at that line is true
 * @param report what was judged; empty if the model located the line itself
 */
public record CheckScore(
    Check check,
    double screen,
    double left,
    double probability,
    Optional<String> quote,
    OptionalDouble verdict,
    double flow,
    OptionalDouble confidence,
    Optional<ToolReport> report) {

  /** Of a check that was not followed up. */
  public CheckScore(Check check, double screen, double left, double probability) {
    this(
        check,
        screen,
        left,
        probability,
        Optional.empty(),
        OptionalDouble.empty(),
        0,
        OptionalDouble.empty(),
        Optional.empty());
  }
}
