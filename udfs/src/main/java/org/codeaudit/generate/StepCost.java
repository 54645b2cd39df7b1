package org.codeaudit.generate;

/**
 * What a step costs before its first token, measured in tokens: the weights are read once for all
 * of them. A line through the times of the last small steps, where drafts are decided; the further
 * back a step, the less it weighs. Powers of two, so that noise changes no decision.
 */
final class StepCost {
  /** Until steps of different sizes have been seen. */
  static final int UNKNOWN = 8;

  private static final int LEAST = 1;
  private static final int MOST = 256;
  private static final double KEPT = 1 - 1 / 64.0;

  /** Steps that say something about the line, at least so many. */
  private static final double ENOUGH = 16;

  private final int largest;
  private double steps;
  private double tokens;
  private double nanos;
  private double tokensSquared;
  private double tokensTimesNanos;

  /**
   * @param largest steps of more tokens are not looked at: theirs is another kind of computation
   */
  StepCost(int largest) {
    this.largest = largest;
  }

  /** Notes how long a step took. */
  void stepped(int stepTokens, long stepNanos) {
    if (stepTokens <= largest) {
      steps = KEPT * steps + 1;
      tokens = KEPT * tokens + stepTokens;
      nanos = KEPT * nanos + stepNanos;
      tokensSquared = KEPT * tokensSquared + (double) stepTokens * stepTokens;
      tokensTimesNanos = KEPT * tokensTimesNanos + (double) stepTokens * stepNanos;
    }
  }

  /** How many further tokens cost as much as a step does without any. */
  int tokens() {
    double mean = tokens / steps;
    double variance = tokensSquared / steps - mean * mean;
    if (!(steps >= ENOUGH && variance >= 1)) {
      return UNKNOWN;
    }
    double perToken = (tokensTimesNanos / steps - mean * nanos / steps) / variance;
    double perStep = nanos / steps - perToken * mean;
    if (perToken <= 0) {
      return MOST;
    }
    double ratio = Math.max(LEAST, Math.min(MOST, perStep / perToken));
    return 1 << Math.round(Math.log(ratio) / Math.log(2));
  }
}
