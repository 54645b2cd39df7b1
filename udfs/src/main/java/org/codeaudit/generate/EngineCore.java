package org.codeaudit.generate;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.codeaudit.generate.StepPlan.Member;
import org.codeaudit.generate.StepPlan.PrefixChunk;
import org.codeaudit.generate.answer.Drafter;
import org.codeaudit.generate.answer.PromptLookup;
import org.codeaudit.generate.answer.StepTime;
import org.codeaudit.generate.request.FinishReason;
import org.codeaudit.model.AllowedTokens;
import org.codeaudit.model.LanguageModel;
import org.codeaudit.model.ModelFailure;
import org.codeaudit.model.SequenceStep;
import org.codeaudit.model.StepResult;

/**
 * The engine without its thread: a model, the scheduler that plans its steps, and what becomes of
 * the tokens that the model chooses. Neither opens nor closes the model.
 */
final class EngineCore {
  /** A step is small up to so many tokens a sequence: answers, forced runs and drafts. */
  private static final int SMALL_STEP = 4;

  private final LanguageModel model;
  private final CacheAllocator cache;
  private final Scheduler scheduler;
  private final Supplier<Drafter> drafters;
  private final StepCost cost;
  private final StepCounters counters = new StepCounters();

  /** What the model answered to a plan, and when. */
  private record Outcome(StepResult result, StepTime time) {}

  /**
   * @param unconstrained the tokens that may be chosen where there is no grammar
   */
  EngineCore(LanguageModel model, EngineSettings settings, AllowedTokens unconstrained) {
    this(model, settings, unconstrained, PromptLookup::new);
  }

  /** A core that drafts with other drafters, one for each sequence. */
  EngineCore(
      LanguageModel model,
      EngineSettings settings,
      AllowedTokens unconstrained,
      Supplier<Drafter> drafters) {
    boolean drafts = settings.draftLength() > 0 && model.keepsPositions();
    this.model = model;
    this.drafters = drafts ? drafters : () -> Drafter.NONE;
    this.cost = new StepCost(SMALL_STEP * settings.maxRunning());
    this.cache = new CacheAllocator(model, model.description(), settings);
    this.scheduler = new Scheduler(cache, settings, unconstrained, cost, counters);
  }

  /** The most tokens of a prompt and its answer together. */
  int limit() {
    return cache.limit();
  }

  /** Whether nothing waits or runs. */
  boolean idle() {
    return scheduler.idle();
  }

  EngineStatistics statistics() {
    return scheduler.statistics();
  }

  /** Has a sequence wait for its turn. */
  void add(Sequence sequence) {
    Optional<FinishReason> end = sequence.begin(drafters.get());
    counters.forced(sequence.forcedTokens());
    end.ifPresent(sequence::finish);
    if (!sequence.done()) {
      scheduler.add(sequence);
    }
  }

  /** Fails everything that waits or runs, without touching the model. */
  void abandon(Throwable failure) {
    scheduler.abandon(failure);
  }

  /**
   * Makes one step of the model, unless all that was left has been cancelled.
   *
   * @throws RuntimeException what the model threw; the model is not to be used again
   */
  void step() {
    StepPlan plan = scheduler.plan();
    if (!plan.isEmpty()) {
      Outcome outcome = run(plan);
      apply(plan, outcome);
    }
    scheduler.releaseDone();
  }

  /**
   * Checks that every part of the cache is free, or held by a prefix or by a running sequence.
   * Takes microseconds.
   *
   * @throws ModelFailure if it does not add up: the model is not to be used again
   */
  void checkCache() {
    cache.check(scheduler.running());
  }

  private Outcome run(StepPlan plan) {
    List<SequenceStep> batch = plan.batch();
    int tokens = batch.stream().mapToInt(step -> step.tokens().length).sum();
    long began = System.nanoTime();
    StepResult result = model.step(batch);
    return new Outcome(result, new StepTime(began, System.nanoTime(), tokens));
  }

  private void apply(StepPlan plan, Outcome outcome) {
    StepTime time = outcome.time();
    int batchSize = plan.members().size();
    counters.stepped(batchSize, time.nanos());
    cost.stepped(time.tokens(), time.nanos());
    plan.prefix().ifPresent(chunk -> advance(chunk, time, batchSize + 1));
    int firstChoice = 0;
    for (Member member : plan.members()) {
      SequenceStep step = member.step();
      counters.computed(member.sequence(), step.tokens().length);
      member.sequence().stepped(step.tokens().length, time, batchSize);
      if (!step.choices().isEmpty()) {
        accept(member, outcome, firstChoice);
      }
      firstChoice += Math.max(1, step.choices().size());
    }
  }

  private void advance(PrefixChunk chunk, StepTime time, int batchSize) {
    chunk.prefix().stepped(chunk.count());
    counters.shared(chunk.count());
    chunk.owner().ifPresent(owner -> owner.prefixStepped(chunk.count(), time, batchSize));
  }

  private void accept(Member member, Outcome outcome, int firstChoice) {
    Sequence sequence = member.sequence();
    int forcedBefore = sequence.forcedTokens();
    int chosenBefore = sequence.chosenTokens();
    int computedBefore = sequence.computed();
    Optional<FinishReason> end =
        sequence.accept(member.step(), outcome.result(), firstChoice, outcome.time().ended());
    counters.chosen(sequence.chosenTokens() - chosenBefore);
    counters.forced(sequence.forcedTokens() - forcedBefore);
    if (sequence.computed() < computedBefore) {
      sequence.slot().ifPresent(cache::truncate);
    }
    end.ifPresent(reason -> finish(sequence, reason));
  }

  /** Whoever has the answer finds the cache free again. */
  private void finish(Sequence sequence, FinishReason reason) {
    scheduler.release(sequence);
    sequence.finish(reason);
  }
}
