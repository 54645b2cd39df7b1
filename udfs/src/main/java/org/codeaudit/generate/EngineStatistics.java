package org.codeaudit.generate;

/**
 * What an engine has done since it was made.
 *
 * @param steps steps of the model
 * @param promptTokens positions of prompts computed for the first time
 * @param chosenTokens tokens the model chose, end tokens included
 * @param forcedTokens tokens of answers that were appended without a choice
 * @param recomputedTokens positions computed again because their sequence had been preempted
 * @param preemptions times a sequence lost its cache to an older one
 * @param busyNanos time spent inside the model's steps
 * @param meanBatchSize mean number of sequences per step; 0 before the first
 * @param peakRunning the most sequences that ever ran at once
 * @param running sequences that hold cache now
 * @param waiting sequences that wait for cache now
 * @param cacheTokensUsed positions of key-value cache that running sequences have reserved now,
 *     shared prefixes not counted
 */
public record EngineStatistics(
    long steps,
    long promptTokens,
    long chosenTokens,
    long forcedTokens,
    long recomputedTokens,
    long preemptions,
    long busyNanos,
    double meanBatchSize,
    int peakRunning,
    int running,
    int waiting,
    int cacheTokensUsed) {

  /** Of an engine that has done nothing yet. */
  public static final EngineStatistics NONE =
      new EngineStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
