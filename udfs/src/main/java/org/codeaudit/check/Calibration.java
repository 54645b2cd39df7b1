package org.codeaudit.check;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;

/**
 * What scores of a model mean. Scores are log P(yes) - log P(no).
 *
 * @param model what it was fitted for: the checkpoint's revision; empty if for none in particular
 * @param questions the version of checks and wording it was fitted for
 * @param screen the probability that a unit has the defect, of the observation {@link #SCREEN}
 * @param verdict the probability that a finding is true, of all observations
 * @param screenFrom checks of at least this probability are followed up
 */
public record Calibration(
    String model, String questions, Curve screen, Curve verdict, double screenFrom)
    implements Serializable {
  /** The score of the question about the whole unit. */
  public static final String SCREEN = "screen";

  /** The score of the second look at a line. */
  public static final String VERDICT = "verdict";

  /**
   * 1 if a value from outside was seen to reach the line, 0.5 if a parameter was, -1 if it was seen
   * that none does, 0 if nothing is known.
   */
  public static final String FLOW = "flow";

  /** Nothing was fitted; the model's own leaning is taken off instead. */
  public static final Calibration UNFITTED = neutral(Map.of());

  /** What a finding needs beyond both scores at their neutral values, without labels. */
  private static final double CAUTION = -3;

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
    Map<String, Double> screen = new HashMap<>();
    Map<String, Double> verdict = new HashMap<>();
    neutral.forEach(
        (check, score) -> {
          screen.put(check, -score);
          verdict.put(check, CAUTION - score);
        });
    return new Calibration(
        "",
        "",
        new Curve(Map.of(SCREEN, 1.0), screen, 0),
        new Curve(Map.of(SCREEN, 1.0, VERDICT, 1.0, FLOW, 1.0), verdict, CAUTION),
        0.5);
  }
}
