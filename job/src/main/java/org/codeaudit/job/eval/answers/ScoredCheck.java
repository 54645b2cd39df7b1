package org.codeaudit.job.eval.answers;

import java.util.Map;
import java.util.OptionalDouble;
import org.codeaudit.check.Calibration;

/**
 * What came of one check on a unit of which it is known what is wrong with it.
 *
 * @param pair the unit's id, or of two twins the first one's
 * @param asked tells the questions apart that were asked together: those of one row
 * @param check its id
 * @param screen score of the question about the unit
 * @param verdict score of the second look, if there was one
 * @param flow what was seen of values from outside
 * @param sign whether a sign of the defect was seen
 * @param present whether the unit has a defect of the check's category
 * @param lineRight whether the line that was looked at is that defect's
 */
public record ScoredCheck(
    String pair,
    String asked,
    String check,
    double screen,
    OptionalDouble verdict,
    double flow,
    double sign,
    boolean present,
    boolean lineRight) {
  /** What was known before the question was asked, by the names of a calibration's observations. */
  public Map<String, Double> clues() {
    return Map.of(Calibration.FLOW, flow, Calibration.SIGN, sign);
  }

  /** Whether a review with this calibration asks the question. */
  public boolean isWorthAsking(Calibration calibration) {
    return calibration.isWorthAsking(check, clues());
  }
}
