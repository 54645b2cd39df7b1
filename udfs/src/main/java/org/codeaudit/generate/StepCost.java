package org.codeaudit.generate;

/**
 * The fixed cost of a step, measured in tokens: the weights are read once for all of them. It is
 * the intercept of a line fitted to the times of recent small steps, where drafts are decided;
 * older steps weigh less. Rounded to a power of two, so that noise changes no decision.
 */
final class StepCost {
  /** The cost until steps of different sizes have been seen. */
  static final int UNKNOWN = 8;

  private static final int LEAST = 1;
  private static final int MOST = 256;
  private static final double KEPT = 1 - 1 / 64.0;

  /** The line is fitted to at least so many steps. */
  private static final double ENOUGH = 16;

  private final int largest;
  private double steps;
  private double tokens;
  private double nanos;
  private double tokensSquared;
  private double tokensTimesNanos;

  /**
   * @param largest steps of more tokens are ignored: they are bound by other limits
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

  /** How many tokens cost as much as a step without any. */
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
