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
 * @param askFrom checks of at least this prior probability are asked: below it no answer would lead
 *     to a finding that is worth showing
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
   * The score of the second look at a line; not among the verdict's weights if it tells nothing.
   */
  public static final String VERDICT = "verdict";

  /**
   * 1 if a value from outside was seen to reach the line, 0.5 if a parameter was, -1 if it was seen
   * that none does, 0 if nothing is known.
   */
  public static final String FLOW = "flow";

  /**
   * 1 if the line has a sign of the defect, -1 if the check knows signs and the line has none, 0 if
   * it knows none.
   */
  public static final String SIGN = "sign";

  /** Nothing was fitted; the model's own leaning is taken off instead. */
  public static final Calibration UNFITTED = neutral(Map.of());

  /** What a finding needs beyond both scores at their neutral values, without labels. */
  private static final double CAUTION = -4.5;

  /** Whether the second look counts; where it does not it need not be asked. */
  public boolean usesVerdict() {
    return verdict.weights().containsKey(VERDICT);
  }

  /**
   * Whether an answer of the model can matter, given what is known of a check before. Of a check
   * that it was not fitted to nothing is known: it is asked.
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
   * Of a model for which nothing was fitted: every question leans to yes or no by itself, which is
   * taken off (contextual calibration, Zhao et al., arXiv 2102.09690).
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
