package org.codeaudit.model;

import java.util.Optional;

/**
 * What one sequence does in a step: tokens are appended to it and, if asked, the next one is
 * chosen.
 *
 * @param sequence a handle from {@link LanguageModel#open}
 * @param tokens ids to append, at least one: a chunk of the prompt, a forced run, or the token
 *     chosen last
 * @param choice how to choose the token that follows the last of {@code tokens}; empty in the
 *     middle of a prompt
 */
public record SequenceStep(int sequence, int[] tokens, Optional<Choice> choice) {

  /**
   * How a token is chosen.
   *
   * @param sampling settings of the row
   * @param uniform a number in [0, 1) from the row's random sequence; ignored when greedy
   * @param allowed which tokens may be chosen
   * @param seen distinct ids of the prompt and the answer so far, {@code tokens} included; read
   *     only if the settings penalise repetition, else empty
   */
  public record Choice(
      SamplingSettings sampling, double uniform, AllowedTokens allowed, int[] seen) {}
}
