package org.codeaudit.job.plan;

import java.util.Optional;

/**
 * What a run will cost.
 *
 * @param source what it asks
 * @param answers what the model answers
 * @param resumed whether what is answered already in the folder it will write to was left out
 */
public record RunPlan(SourceCount source, AnswerFigures answers, boolean resumed) {

  /** Tokens of the prompts. */
  public Interval promptTokens() {
    return source.promptTokens();
  }

  /** Tokens of the answers. */
  public Interval generatedTokens() {
    return source.asked().times(answers.tokens());
  }

  /** Tokens of prompts and answers. */
  public Interval tokens() {
    return promptTokens().plus(generatedTokens());
  }

  /**
   * Seconds one engine is busy; empty if its speed is unknown. The speed is taken as it is given:
   * the interval is that of the tokens.
   */
  public Optional<Interval> engineSeconds() {
    return answers.rates().map(rates -> rates.seconds(promptTokens(), generatedTokens()));
  }

  /** Bytes of the tables, roughly: how well a column packs depends on how many rows it has. */
  public double outputBytes() {
    return answers.size().of(source);
  }
}
