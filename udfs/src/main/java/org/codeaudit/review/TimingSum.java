package org.codeaudit.review;

import org.codeaudit.generate.request.Timing;

/** The time of several questions as if they were one. Thread safe. */
final class TimingSum {
  private final long began = System.nanoTime();
  private long queued = -1;
  private long firstToken;
  private long prefill;
  private long decode;
  private int prompt;
  private int cached;
  private int forced;
  private int drafted;
  private int generated;
  private double batchTokens;

  synchronized void add(Timing timing) {
    if (queued < 0) {
      queued = timing.queuedNanos();
      firstToken = timing.firstTokenNanos();
    }
    prefill += timing.prefillNanos();
    decode += timing.decodeNanos();
    prompt += timing.promptTokens();
    cached += timing.cachedTokens();
    forced += timing.forcedTokens();
    drafted += timing.draftTokensAccepted();
    generated += timing.generatedTokens();
    batchTokens +=
        timing.meanBatchSize() * ((double) timing.promptTokens() + timing.generatedTokens());
  }

  /** Times in the queue and to the first token are those of the first answer. */
  synchronized Timing total() {
    long all = System.nanoTime() - began;
    double mean = prompt + generated == 0 ? 0 : batchTokens / ((double) prompt + generated);
    return new Timing(
        Math.max(queued, 0),
        prefill,
        decode,
        firstToken,
        all,
        prompt,
        cached,
        forced,
        drafted,
        generated,
        mean);
  }
}
