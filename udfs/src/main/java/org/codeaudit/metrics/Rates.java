package org.codeaudit.metrics;

import java.io.Serializable;

/**
 * An engine's speed over the last minute.
 *
 * @param promptTokens tokens of prompts read in a second
 * @param answerTokens tokens of answers written in a second, forced ones included
 * @param batchSize mean number of sequences in a step
 * @param busyShare part of the time spent inside the model, 0 to 1
 */
record Rates(double promptTokens, double answerTokens, double batchSize, double busyShare)
    implements Serializable {

  static final Rates NONE = new Rates(0, 0, 0, 0);

  /** Of what was done in {@code nanos}. */
  static Rates of(EngineWork work, long nanos) {
    double seconds = nanos / 1e9;
    return new Rates(
        work.promptTokens() / seconds,
        work.answerTokens() / seconds,
        work.steps() == 0 ? 0 : work.sequenceSteps() / work.steps(),
        Math.min(1, (double) work.busyNanos() / nanos));
  }
}
