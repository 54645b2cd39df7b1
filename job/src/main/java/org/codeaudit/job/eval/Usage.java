package org.codeaudit.job.eval;

import java.util.OptionalDouble;

/**
 * What a review cost.
 *
 * @param promptTokens tokens of prompts
 * @param cachedTokens those of them that had been computed before
 * @param generatedTokens tokens of answers
 * @param modelSeconds in which steps of the model ran, over all executors
 * @param wallSeconds of the runs that asked, loading the model included
 * @param loadSeconds of them, until the model was loaded; 0 if it was
 * @param lines that were reviewed
 */
public record Usage(
    long promptTokens,
    long cachedTokens,
    long generatedTokens,
    double modelSeconds,
    double wallSeconds,
    double loadSeconds,
    long lines) {

  /** Tokens of prompts that were computed. */
  public long computedTokens() {
    return promptTokens - cachedTokens;
  }

  /** What the model's seconds cost, in the unit of the price. */
  public double cost(double pricePerHour) {
    return modelSeconds / 3600 * pricePerHour;
  }

  /** What 1,000 lines cost; empty without lines. */
  public OptionalDouble costPerThousandLines(double pricePerHour) {
    return lines == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(1000 * cost(pricePerHour) / lines);
  }
}
