package org.codeaudit.check;

import java.util.Optional;
import java.util.OptionalDouble;
import org.codeaudit.finding.ToolReport;

/**
 * What came of one check on one unit.
 *
 * @param screen score of the question about the unit
 * @param left of that score when the model's {@link Leaning} is taken off
 * @param shift how much more is left when comments are shown; empty if that was not asked
 * @param flow see {@link Calibration#FLOW}; of the strongest line if none was looked at
 * @param sign see {@link Calibration#SIGN}; likewise
 * @param probability that the unit has the defect, before a line is looked at
 * @param quote the line that was looked at a second time; empty if the check was not followed up
 * @param verdict score of the second look; empty if it was not asked because the calibration does
 *     not count it
 * @param confidence the probability that the finding at that line is true
 * @param report what was judged; empty if the model located the line itself
 */
public record CheckScore(
    Check check,
    double screen,
    double left,
    OptionalDouble shift,
    double flow,
    double sign,
    double probability,
    Optional<String> quote,
    OptionalDouble verdict,
    OptionalDouble confidence,
    Optional<ToolReport> report) {

  /** A shift of so much is more than comments bring about that only explain. */
  private static final double FRAMED = 1;

  /** Of a check that was not followed up. */
  public CheckScore(
      Check check,
      double screen,
      double left,
      OptionalDouble shift,
      double flow,
      double sign,
      double probability) {
    this(
        check,
        screen,
        left,
        shift,
        flow,
        sign,
        probability,
        Optional.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        Optional.empty());
  }

  /** The same of another check that asks the same about the unit. */
  public CheckScore forCheck(Check other) {
    return new CheckScore(other, screen, left, shift, flow, sign, probability);
  }

  /**
   * The same after a second look at a line; what is known of the line is in the place of the
   * unit's.
   */
  public CheckScore looked(
      String quote,
      OptionalDouble verdict,
      double flow,
      double sign,
      double confidence,
      Optional<ToolReport> report) {
    return new CheckScore(
        check,
        screen,
        left,
        shift,
        flow,
        sign,
        probability,
        Optional.of(quote),
        verdict,
        OptionalDouble.of(confidence),
        report);
  }

  /** Whether comments would change the answer much, if they were shown. */
  public boolean framed() {
    return Math.abs(shift.orElse(0)) >= FRAMED;
  }
}
