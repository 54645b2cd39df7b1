package org.codeaudit.model;

import java.io.Serializable;

/**
 * How a token is chosen from the logits: repetition penalty, then temperature, then top-k, then
 * top-p, as Hugging Face transformers orders them.
 *
 * @param temperature 0 for the most likely token, else the divisor of the logits
 * @param topK how many of the most likely tokens to consider; 0 for all
 * @param topP consider the smallest set of most likely tokens whose probability reaches this; 1 for
 *     all
 * @param repetitionPenalty divisor of positive and multiplier of negative logits of tokens that
 *     stand in the prompt or the answer already; 1 for none
 * @param seed the row's own random sequence; the same seed gives the same answer whatever shares
 *     the batch
 */
public record SamplingSettings(
    double temperature, int topK, double topP, double repetitionPenalty, long seed)
    implements Serializable {

  /** The most likely token, without penalties. */
  public static final SamplingSettings GREEDY = new SamplingSettings(0, 0, 1, 1, 0);

  public SamplingSettings {
    if (!(temperature >= 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException("temperature must be 0 or more, not " + temperature);
    }
    if (topK < 0) {
      throw new IllegalArgumentException("top-k must be 0 (off) or more, not " + topK);
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException("top-p must be above 0 and at most 1, not " + topP);
    }
    // Beyond these a 32-bit logit could become infinite.
    if (!(repetitionPenalty >= 0.01 && repetitionPenalty <= 100)) {
      throw new IllegalArgumentException(
          "repetition penalty must be between 0.01 and 100, not " + repetitionPenalty);
    }
  }

  /** Whether the most likely token is always chosen. */
  public boolean greedy() {
    return temperature == 0;
  }

  public boolean penalises() {
    return repetitionPenalty != 1;
  }
}
