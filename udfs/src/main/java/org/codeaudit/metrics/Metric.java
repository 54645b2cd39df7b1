package org.codeaudit.metrics;

import java.util.Collection;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The figures that are published, one for each executor and one for the whole run. Names are the
 * constants' in lower case; they and their meanings are described in {@code docs/operations.md} and
 * do not change.
 */
enum Metric {
  ROWS_OK_TOTAL(Whole.TOTAL, sample -> sample.rows().ok()),
  ROWS_TRUNCATED_TOTAL(Whole.TOTAL, sample -> sample.rows().truncated()),
  ROWS_SKIPPED_TOTAL(Whole.TOTAL, sample -> sample.rows().skipped()),
  ROWS_FAILED_TOTAL(Whole.TOTAL, sample -> sample.rows().failed()),
  FINDINGS_TOTAL(Whole.TOTAL, sample -> sample.rows().findings()),
  TOKENS_PROMPT_TOTAL(Whole.TOTAL, sample -> sample.rows().promptTokens()),
  TOKENS_GENERATED_TOTAL(Whole.TOTAL, sample -> sample.rows().generatedTokens()),
  TOKENS_PROMPT_PER_SECOND(Whole.SUM, sample -> sample.rates().promptTokens()),
  TOKENS_GENERATED_PER_SECOND(Whole.SUM, sample -> sample.rates().answerTokens()),
  QUEUE_DEPTH(Whole.SUM, sample -> sample.state().queued()),
  SEQUENCES_RUNNING(Whole.SUM, sample -> sample.state().running()),
  BATCH_SIZE_MEAN(Whole.MEAN, sample -> sample.rates().batchSize()),
  CACHE_TOKENS(Whole.SUM, sample -> sample.state().cacheTokens()),
  CACHE_TOKENS_USED(Whole.SUM, sample -> sample.state().cacheTokensUsed()),
  MODEL_WEIGHT_BYTES(Whole.SUM, sample -> sample.state().weightBytes()),
  PROCESS_MEMORY_BYTES(Whole.SUM, sample -> sample.state().processBytes()),
  MODEL_LOAD_SECONDS(Whole.GREATEST, sample -> sample.state().loadNanos() / 1e9),
  MODELS_LOADED(Whole.SUM, sample -> sample.state().cacheTokens() > 0 ? 1 : 0),
  STEPS_TOTAL(Whole.TOTAL, sample -> sample.work().steps()),
  STEP_SECONDS_TOTAL(Whole.TOTAL, sample -> sample.work().busyNanos() / 1e9),
  PREEMPTIONS_TOTAL(Whole.TOTAL, sample -> sample.work().preemptions()),
  BUSY_SHARE(Whole.MEAN, sample -> sample.rates().busyShare());

  /** How the figures of executors make the figure of a run. */
  private enum Whole {
    /** The sum over all executors there ever were: what was done stays done. */
    TOTAL,
    /** The sum over the executors that live. */
    SUM,
    /** The mean over the executors that live and have a model. */
    MEAN,
    /** The greatest of the executors that live. */
    GREATEST
  }

  private final Whole whole;
  private final ToDoubleFunction<Sample> figure;

  Metric(Whole whole, ToDoubleFunction<Sample> figure) {
    this.whole = whole;
    this.figure = figure;
  }

  /** The name in the registry. */
  String metricName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The figure of one executor. */
  double of(Sample sample) {
    return figure.applyAsDouble(sample);
  }

  /** The figure of a run, of the latest samples of its executors that live and of all it had. */
  double of(Collection<Sample> alive, Collection<Sample> all) {
    return switch (whole) {
      case TOTAL -> all.stream().mapToDouble(this::of).sum();
      case SUM -> alive.stream().mapToDouble(this::of).sum();
      case MEAN ->
          alive.stream()
              .filter(sample -> MODELS_LOADED.of(sample) > 0)
              .mapToDouble(this::of)
              .average()
              .orElse(0);
      case GREATEST -> alive.stream().mapToDouble(this::of).max().orElse(0);
    };
  }
}
