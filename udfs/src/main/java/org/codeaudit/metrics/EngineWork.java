package org.codeaudit.metrics;

import java.io.Serializable;
import org.codeaudit.generate.EngineStatistics;

/**
 * What the engines of one JVM have done; only ever grows, whatever becomes of a single engine.
 *
 * @param sequenceSteps sequences summed over steps: by {@code steps} it is the mean batch
 * @param promptTokens positions of prompts computed for the first time
 * @param answerTokens tokens of answers, chosen or forced
 */
record EngineWork(
    long steps,
    double sequenceSteps,
    long busyNanos,
    long preemptions,
    long promptTokens,
    long answerTokens)
    implements Serializable {

  static final EngineWork NONE = new EngineWork(0, 0, 0, 0, 0, 0);

  static EngineWork of(EngineStatistics engine) {
    return new EngineWork(
        engine.steps(),
        engine.meanBatchSize() * engine.steps(),
        engine.busyNanos(),
        engine.preemptions(),
        engine.promptTokens(),
        engine.chosenTokens() + engine.forcedTokens());
  }

  /** Both together. */
  EngineWork plus(EngineWork other) {
    return new EngineWork(
        steps + other.steps,
        sequenceSteps + other.sequenceSteps,
        busyNanos + other.busyNanos,
        preemptions + other.preemptions,
        promptTokens + other.promptTokens,
        answerTokens + other.answerTokens);
  }

  /** What was done after {@code earlier}; all of it if another engine has begun since then. */
  EngineWork since(EngineWork earlier) {
    return steps < earlier.steps
        ? this
        : new EngineWork(
            steps - earlier.steps,
            sequenceSteps - earlier.sequenceSteps,
            busyNanos - earlier.busyNanos,
            preemptions - earlier.preemptions,
            promptTokens - earlier.promptTokens,
            answerTokens - earlier.answerTokens);
  }
}
