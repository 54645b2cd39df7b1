package org.codeaudit.job.calibrate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.check.Calibration;
import org.codeaudit.check.Curve;
import org.codeaudit.check.Leaning;
import org.codeaudit.job.eval.answers.ScoredCheck;

/** Makes a calibration of what came of checks on labelled units. */
public final class Fitting {
  /** The part of defects that the screen lets pass. */
  private static final double KEPT = 0.9;

  /** How many scores of all checks an own usual score begins with. */
  private static final double COMMON = 2;

  /**
   * A check is asked where its finding could be as likely as this: less than any reader wants to
   * see.
   */
  private static final double WORTH_SHOWING = 0.2;

  private static final List<String> BEFORE = List.of(Calibration.FLOW, Calibration.SIGN);
  private static final List<String> WITHOUT_VERDICT =
      List.of(Calibration.SCREEN, Calibration.FLOW, Calibration.SIGN);
  private static final List<String> WITH_VERDICT =
      List.of(Calibration.SCREEN, Calibration.FLOW, Calibration.SIGN, Calibration.VERDICT);

  private Fitting() {}

  /**
   * The calibration that fits best. The second look counts if units that were left out are told
   * better with it than without.
   *
   * @param model the revision of the checkpoint that was asked
   * @param questions the version of what it was asked
   * @throws AuditException {@code CALIBRATION_UNFITTED} if no defect or nothing else was seen
   */
  public static Calibration of(String model, String questions, List<ScoredCheck> checks) {
    Leaning leaning = leaning(checks);
    List<Observation> all = seen(checks, leaning).stream().map(Seen::unit).toList();
    try {
      Curve prior = CurveFit.of(BEFORE, all);
      double askFrom = askFrom(prior, CurveFit.of(WITHOUT_VERDICT, all), all);
      List<ScoredCheck> asked = new ArrayList<>(checks);
      asked.removeIf(one -> prior.probability(one.check(), one.clues()) < askFrom);
      // What is taken off a score depends on what else is asked.
      List<Seen> seen = seen(asked, leaning);
      List<Observation> units = seen.stream().map(Seen::unit).toList();
      List<Observation> looks =
          seen.stream().filter(one -> one.score().verdict().isPresent()).map(Seen::look).toList();
      Curve screen = CurveFit.of(WITHOUT_VERDICT, units);
      boolean tells = HeldOut.loss(WITH_VERDICT, looks) < HeldOut.loss(WITHOUT_VERDICT, looks);
      // Without it all scores are evidence, not only those that were likely enough for a look.
      Curve verdict =
          tells
              ? CurveFit.of(WITH_VERDICT, looks)
              : CurveFit.of(WITHOUT_VERDICT, seen.stream().map(Seen::finding).toList());
      return new Calibration(
          model, questions, leaning, prior, askFrom, screen, verdict, threshold(screen, units));
    } catch (IllegalArgumentException nothingToTell) {
      throw new AuditException(
          ErrorClass.CALIBRATION_UNFITTED,
          "Cannot fit a calibration to this dataset",
          nothingToTell.getMessage(),
          "Use a dataset with more units, with defects of the categories that are checked and"
              + " without");
    }
  }

  /** The mean scores of all checks, of those that were rarely asked nearer to the common one. */
  private static Leaning leaning(List<ScoredCheck> checks) {
    double common = checks.stream().mapToDouble(ScoredCheck::screen).average().orElse(0);
    Map<String, double[]> sums = new HashMap<>();
    for (ScoredCheck one : checks) {
      double[] sum =
          sums.computeIfAbsent(one.check(), check -> new double[] {COMMON * common, COMMON});
      sum[0] += one.screen();
      sum[1]++;
    }
    Map<String, Double> usual = new HashMap<>();
    sums.forEach((check, sum) -> usual.put(check, sum[0] / sum[1]));
    return new Leaning(usual, common);
  }

  /** A score and what is left of it. */
  private record Seen(ScoredCheck score, double left) {
    /** Whether the unit has the defect. */
    Observation unit() {
      return observation(score.present());
    }

    /** Whether the finding is right, as far as a line was looked at. */
    Observation finding() {
      return observation(score.verdict().isPresent() ? score.lineRight() : score.present());
    }

    /** Whether the line is right that was looked at. */
    Observation look() {
      Map<String, Double> observed = new HashMap<>(observation(false).observed());
      observed.put(Calibration.VERDICT, score.verdict().getAsDouble());
      return new Observation(score.pair(), score.check(), observed, score.lineRight());
    }

    private Observation observation(boolean holds) {
      Map<String, Double> observed = new HashMap<>(score.clues());
      observed.put(Calibration.SCREEN, left);
      return new Observation(score.pair(), score.check(), observed, holds);
    }
  }

  /** What is left of every score, in their order. */
  private static List<Seen> seen(List<ScoredCheck> checks, Leaning leaning) {
    Map<String, Map<String, Double>> together = new LinkedHashMap<>();
    for (ScoredCheck one : checks) {
      together
          .computeIfAbsent(one.asked(), asked -> new HashMap<>())
          .put(one.check(), one.screen());
    }
    together.replaceAll((asked, scores) -> leaning.takenOff(scores));
    return checks.stream()
        .map(one -> new Seen(one, together.get(one.asked()).get(one.check())))
        .toList();
  }

  /** The least that was known before of what became likely enough to be shown; 0 if nothing did. */
  private static double askFrom(Curve prior, Curve answered, List<Observation> units) {
    return units.stream()
        .filter(one -> answered.probability(one.check(), one.observed()) >= WORTH_SHOWING)
        .mapToDouble(one -> prior.probability(one.check(), one.observed()))
        .min()
        .orElse(0);
  }

  /** The probability that nine in ten of the defects reach. */
  private static double threshold(Curve screen, List<Observation> units) {
    double[] present =
        units.stream()
            .filter(Observation::holds)
            .mapToDouble(one -> screen.probability(one.check(), one.observed()))
            .sorted()
            .toArray();
    return present[(int) Math.floor((1 - KEPT) * (present.length - 1))];
  }
}
