package org.codeaudit.job.plan;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What is known about a model's answers before a run.
 *
 * @param tokens of one answer
 * @param truncated the part of answers that are cut short; empty if unknown
 * @param rates how fast one engine is; empty if unknown
 * @param size what is written
 * @param origin where these figures come from, a sentence
 */
public record AnswerFigures(
    Interval tokens,
    OptionalDouble truncated,
    Optional<Rates> rates,
    OutputSize size,
    String origin) {

  /**
   * How fast one engine is while it is busy.
   *
   * @param prefill tokens of prompts a second
   * @param decode tokens of answers a second, over all sequences of its batch
   * @param where on what, e.g. {@code cuda:0 of gpu-3}
   * @param gpu whether that is a GPU
   */
  public record Rates(double prefill, double decode, String where, boolean gpu) {

    /** Seconds one engine needs for so many tokens. */
    Interval seconds(Interval prompts, Interval answers) {
      return prompts.times(1 / prefill).plus(answers.times(1 / decode));
    }
  }

  AnswerFigures withRates(Rates other) {
    return new AnswerFigures(tokens, truncated, Optional.of(other), size, origin);
  }
}
