package org.codeaudit.generate;

/** Sums over the life of an engine. */
final class StepCounters {
  private long steps;
  private long batchSizes;
  private long busyNanos;
  private long promptTokens;
  private long chosenTokens;
  private long forcedTokens;
  private long recomputedTokens;
  private long preemptions;
  private int peakRunning;

  void stepped(int batchSize, long nanos) {
    steps++;
    batchSizes += batchSize;
    busyNanos += nanos;
  }

  /** Counts the next {@code count} tokens of a sequence, before it counts them itself. */
  void computed(Sequence sequence, int count) {
    int from = sequence.computed();
    int to = from + count;
    int again = Math.max(0, Math.min(to, sequence.furthest()) - from);
    recomputedTokens += again;
    promptTokens += Math.max(0, Math.min(to, sequence.promptLength()) - from - again);
  }

  /** Counts tokens of a shared prefix. */
  void shared(int count) {
    promptTokens += count;
  }

  void chosen(int count) {
    chosenTokens += count;
  }

  void forced(int count) {
    forcedTokens += count;
  }

  void preempted() {
    preemptions++;
  }

  void running(int count) {
    peakRunning = Math.max(peakRunning, count);
  }

  EngineStatistics snapshot(int running, int waiting, int cacheTokensUsed) {
    return new EngineStatistics(
        steps,
        promptTokens,
        chosenTokens,
        forcedTokens,
        recomputedTokens,
        preemptions,
        busyNanos,
        steps == 0 ? 0 : (double) batchSizes / steps,
        peakRunning,
        running,
        waiting,
        cacheTokensUsed);
  }
}
