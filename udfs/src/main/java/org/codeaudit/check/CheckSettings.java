package org.codeaudit.check;

import java.io.Serializable;
import java.util.List;

/**
 * How units are reviewed by checks.
 *
 * @param checks that are asked
 * @param calibration what their scores mean; {@link Calibration#UNFITTED} to take off the model's
 *     own leaning alone
 * @param most checks of one unit that are followed up, the likeliest first
 * @param explainFrom findings of at least this confidence get an explanation of their own, others
 *     the check's
 * @param evidence whether a parser rules out lines and the second look is told where values come
 *     from
 */
public record CheckSettings(
    CheckSet checks, Calibration calibration, int most, double explainFrom, boolean evidence)
    implements Serializable {
  /** No checks: one open question is asked instead. */
  public static final CheckSettings NONE =
      new CheckSettings(new CheckSet(List.of(), "", ""), Calibration.UNFITTED, 0, 1, false);

  /** Whether there are any checks. */
  public boolean present() {
    return !checks.checks().isEmpty();
  }

  /** Everything that decides an answer, as a text to be hashed. */
  public String key() {
    return checks.version()
        + checks.checks().stream().map(Check::id).toList()
        + (calibration.fitted() ? calibration : "uncalibrated")
        + most
        + explainFrom
        + evidence;
  }
}
