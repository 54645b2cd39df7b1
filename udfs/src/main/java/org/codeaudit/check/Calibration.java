package org.codeaudit.check;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.Serializable;
import java.util.Map;

/**
 * What scores of a model mean. Scores are log P(yes) - log P(no).
 *
 * @param model what it was fitted for: the checkpoint's revision; empty if for none in particular
 * @param questions the version of checks and wording it was fitted for
 * @param leaning what is taken off the scores of questions about units
 * @param prior the probability that a unit has the defect, of {@link #FLOW} and {@link #SIGN}:
 *     before the model is asked
 * @param askFrom checks of at least this prior probability are asked; below it, no answer could
 *     lead to a finding that is worth showing
 * @param screen the probability that a unit has the defect, of all observations but {@link
 *     #VERDICT}
 * @param verdict the probability that a finding is true, of all observations
 * @param screenFrom checks of at least this probability are followed up
 */
public record Calibration(
    String model,
    String questions,
    Leaning leaning,
    Curve prior,
    double askFrom,
    Curve screen,
    Curve verdict,
    double screenFrom)
    implements Serializable {
  /** The score of the question about the whole unit, with the {@link Leaning} taken off. */
  public static final String SCREEN = "screen";

  /**
   * The score of the second look at a line; not among the verdict's weights if it is uninformative.
   */
  public static final String VERDICT = "verdict";

  /**
   * 1 if a value from outside reaches the line, 0.5 if a parameter does, -1 if neither does, 0 if
   * it is not known.
   */
  public static final String FLOW = "flow";

  /**
   * 1 if the line has a sign of the defect, -1 if the check knows signs and the line has none, 0 if
   * it knows none.
   */
  public static final String SIGN = "sign";

  /** Nothing was fitted; the model's own leaning is taken off instead. */
  public static final Calibration UNFITTED = neutral(Map.of());

  /**
   * The intercept of findings where there are no labels to fit one: more than two neutral scores
   * are needed.
   */
  private static final double CAUTION = -4.5;

  /** Whether the second look counts; if not, it need not be asked. */
  public boolean usesVerdict() {
    return verdict.weights().containsKey(VERDICT);
  }

  /**
   * Whether the model's answer can matter, given the evidence for a check. Checks that the
   * calibration was not fitted for are always asked.
   */
  public boolean isWorthAsking(String check, Map<String, Double> observed) {
    return !prior.intercepts().containsKey(check) || prior.probability(check, observed) >= askFrom;
  }

  /** The same, but all checks are asked. */
  public Calibration askingAll() {
    return new Calibration(model, questions, leaning, prior, 0, screen, verdict, screenFrom);
  }

  /** Whether it was fitted, for a model and a wording. */
  @JsonIgnore
  public boolean fitted() {
    return !questions.isEmpty();
  }

  /**
   * For a model without a fitted calibration: the leaning of every question to yes or no is taken
   * off (contextual calibration, Zhao et al., arXiv 2102.09690).
   *
   * @param neutral scores by check where there is nothing to see
   */
  public static Calibration neutral(Map<String, Double> neutral) {
    return new Calibration(
        "",
        "",
        Leaning.of(neutral),
        new Curve(Map.of(), Map.of(), 0),
        0,
        new Curve(Map.of(SCREEN, 1.0, SIGN, 1.0), Map.of(), 0),
        new Curve(Map.of(SCREEN, 1.0, VERDICT, 1.0, FLOW, 1.0, SIGN, 1.0), Map.of(), CAUTION),
        0.5);
  }
}
