package org.codeaudit.generate.answer;

import org.codeaudit.generate.request.Timing;

/** The times of one sequence, in nanoseconds of {@link System#nanoTime}. */
final class SequenceClock {
  private final long submitted = System.nanoTime();
  private long firstStep;
  private long firstToken;
  private double prefill;
  private double decode;
  private long steps;
  private long batchSizes;

  /**
   * Counts a step that the sequence took part in.
   *
   * @param promptTokens positions of the prompt among the sequence's tokens
   * @param answerTokens positions of the answer among them
   * @param batchSize sequences in the step
   */
  void stepped(StepTime step, int promptTokens, int answerTokens, int batchSize) {
    if (steps == 0) {
      firstStep = step.began();
    }
    prefill += step.nanosPerToken() * promptTokens;
    decode += step.nanosPerToken() * answerTokens;
    steps++;
    batchSizes += batchSize;
  }

  /** Notes when the answer's first token was chosen. */
  void tokenChosen(long now) {
    if (firstToken == 0) {
      firstToken = now;
    }
  }

  Timing timing(
      int promptTokens,
      int cachedTokens,
      int forcedTokens,
      int draftTokensAccepted,
      int generatedTokens) {
    long now = System.nanoTime();
    return new Timing(
        (steps == 0 ? now : firstStep) - submitted,
        Math.round(prefill),
        Math.round(decode),
        (firstToken == 0 ? now : firstToken) - submitted,
        now - submitted,
        promptTokens,
        cachedTokens,
        forcedTokens,
        draftTokensAccepted,
        generatedTokens,
        steps == 0 ? 0 : (double) batchSizes / steps);
  }
}
