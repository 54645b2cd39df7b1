package org.codeaudit.job.calibrate;

import java.util.List;
import java.util.Map;
import org.codeaudit.AuditException;
import org.codeaudit.check.Calibration;
import org.codeaudit.check.Curve;
import org.codeaudit.job.eval.answers.ScoredCheck;

/** Makes a calibration of what came of checks on labelled units. */
public final class Fitting {
  /** The part of defects that the screen lets pass. */
  private static final double KEPT = 0.9;

  private Fitting() {}

  /**
   * The calibration that fits best.
   *
   * @param model the revision of the checkpoint that was asked
   * @param questions the version of what it was asked
   * @throws AuditException {@code CALIBRATION_UNFITTED} if no defect or nothing else was seen
   */
  public static Calibration of(String model, String questions, List<ScoredCheck> checks) {
    List<ScoredCheck> looked = checks.stream().filter(one -> one.verdict().isPresent()).toList();
    try {
      Curve screen =
          CurveFit.of(
              List.of(Calibration.SCREEN),
              checks.stream()
                  .map(one -> new Observation(one.check(), screenOf(one), one.present()))
                  .toList());
      Curve verdict =
          CurveFit.of(
              List.of(Calibration.SCREEN, Calibration.VERDICT, Calibration.FLOW),
              looked.stream()
                  .map(one -> new Observation(one.check(), allOf(one), one.lineRight()))
                  .toList());
      return new Calibration(model, questions, screen, verdict, threshold(screen, checks));
    } catch (IllegalArgumentException nothingToTell) {
      throw new AuditException(
          "CALIBRATION_UNFITTED",
          "Cannot fit a calibration to this dataset",
          nothingToTell.getMessage(),
          "Use a dataset with more units, with defects of the categories that are checked and"
              + " without");
    }
  }

  /** The probability that nine in ten of the defects reach. */
  private static double threshold(Curve screen, List<ScoredCheck> checks) {
    double[] present =
        checks.stream()
            .filter(ScoredCheck::present)
            .mapToDouble(one -> screen.probability(one.check(), screenOf(one)))
            .sorted()
            .toArray();
    return present[(int) Math.floor((1 - KEPT) * (present.length - 1))];
  }

  private static Map<String, Double> screenOf(ScoredCheck one) {
    return Map.of(Calibration.SCREEN, one.screen());
  }

  private static Map<String, Double> allOf(ScoredCheck one) {
    return Map.of(
        Calibration.SCREEN,
        one.screen(),
        Calibration.VERDICT,
        one.verdict().getAsDouble(),
        Calibration.FLOW,
        one.flow());
  }
}
