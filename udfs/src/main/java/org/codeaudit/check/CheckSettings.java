package org.codeaudit.check;

import java.io.Serializable;
import java.util.List;
import java.util.Set;

/**
 * How units are reviewed by checks.
 *
 * @param checks that are asked
 * @param calibration what their scores mean; {@link Calibration#UNFITTED} to only take off the
 *     model's own leaning
 * @param most checks of one unit that are followed up, the likeliest first
 * @param explainFrom findings of at least this confidence are explained by the model, others in the
 *     check's words
 * @param evidence whether signs and a parser choose lines, and the second look is told where values
 *     come from
 * @param comments whether the screen is asked again with comments shown, to see what they change
 */
public record CheckSettings(
    CheckSet checks,
    Calibration calibration,
    int most,
    double explainFrom,
    boolean evidence,
    boolean comments)
    implements Serializable {
  /** No checks: one open question is asked instead. */
  public static final CheckSettings NONE =
      new CheckSettings(new CheckSet(List.of(), "", ""), Calibration.UNFITTED, 0, 1, false);

  /** Where comments are not looked at. */
  public CheckSettings(
      CheckSet checks, Calibration calibration, int most, double explainFrom, boolean evidence) {
    this(checks, calibration, most, explainFrom, evidence, false);
  }

  /**
   * The same with the checks that are asked about one file.
   *
   * @param requested ids of the checks that rules ask for
   */
  public CheckSettings about(Set<String> requested) {
    return new CheckSettings(
        checks.about(requested), calibration, most, explainFrom, evidence, comments);
  }

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
        + evidence
        + (comments ? "comments" : "");
  }
}
