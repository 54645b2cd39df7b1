package org.codeaudit.check;

import java.util.Optional;
import java.util.OptionalDouble;
import org.codeaudit.finding.ToolReport;

/**
 * What came of one check on one unit.
 *
 * @param line what came of a second look at a line; empty if the check was not followed up
 */
public record CheckScore(Check check, OfUnit unit, Optional<OfLine> line) {

  /** Comments that only explain shift a score by less than this. */
  private static final double FRAMED = 1;

  /**
   * What the question about the whole unit came to.
   *
   * @param screen its score
   * @param left of that score when the model's {@link Leaning} is taken off
   * @param shift how much more is left when comments are shown; empty if that was not asked
   * @param flow see {@link Calibration#FLOW}; of the strongest line
   * @param sign see {@link Calibration#SIGN}; likewise
   * @param probability that the unit has the defect
   */
  public record OfUnit(
      double screen,
      double left,
      OptionalDouble shift,
      double flow,
      double sign,
      double probability) {}

  /**
   * What a second look at one line came to.
   *
   * @param quote the line
   * @param verdict score of the question; empty if it was not asked because the calibration does
   *     not count it
   * @param flow see {@link Calibration#FLOW}
   * @param sign see {@link Calibration#SIGN}
   * @param confidence the probability that the finding there is true
   * @param report what was judged; empty if the model located the line itself
   */
  public record OfLine(
      String quote,
      OptionalDouble verdict,
      double flow,
      double sign,
      double confidence,
      Optional<ToolReport> report) {}

  /** Of a check that is not followed up so far. */
  public CheckScore(Check check, OfUnit unit) {
    this(check, unit, Optional.empty());
  }

  /** The same of another check that asks the same about the unit. */
  public CheckScore forCheck(Check other) {
    return new CheckScore(other, unit);
  }

  /** The same after a second look at a line. */
  public CheckScore followedUp(OfLine look) {
    return new CheckScore(check, unit, Optional.of(look));
  }

  /** Whether comments would change the answer much, if they were shown. */
  public boolean framed() {
    return Math.abs(unit.shift().orElse(0)) >= FRAMED;
  }
}
