package org.codeaudit.generate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.generate.request.FinishReason;
import org.codeaudit.model.AllowedTokens;
import org.codeaudit.model.LanguageModel;
import org.codeaudit.model.SequenceStep;
import org.codeaudit.model.StepResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which sequences step together. They start in the order of the {@link WaitingLine}; the
 * one that started first always makes progress, and when the cache is full the one that started
 * last gives its place away and waits at the front, to be computed again. No threads.
 */
final class Scheduler {
  private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

  /** Waiting sequences that are looked at together, in batches. */
  private static final int ROUND_BATCHES = 2;

  /** A step is small up to so many tokens a sequence: answers, forced runs and drafts. */
  private static final int SMALL_STEP = 4;

  private final LanguageModel model;
  private final EngineSettings settings;
  private final AllowedTokens unconstrained;
  private final int limit;
  private final WaitingLine waiting;
  private final List<Sequence> running = new ArrayList<>();
  private final StepCounters counters = new StepCounters();
  private final PrefixCache prefixes;
  private final Supplier<Drafter> drafters;
  private final StepCost cost;

  /** Who waits for the prefix that is being computed. */
  private Optional<Sequence> prefixOwner = Optional.empty();

  /**
   * @param unconstrained what may be chosen where no grammar rules
   */
  Scheduler(LanguageModel model, EngineSettings settings, AllowedTokens unconstrained) {
    this(model, settings, unconstrained, PromptLookup::new);
  }

  /** One that has answers guessed in another way. */
  Scheduler(
      LanguageModel model,
      EngineSettings settings,
      AllowedTokens unconstrained,
      Supplier<Drafter> drafters) {
    boolean drafts = settings.draftLength() > 0 && model.keepsPositions();
    this.drafters = drafts ? drafters : () -> Drafter.NONE;
    this.model = model;
    this.settings = settings;
    this.cost = new StepCost(SMALL_STEP * settings.maxRunning());
    this.unconstrained = unconstrained;
    this.waiting = new WaitingLine(ROUND_BATCHES * settings.maxRunning());
    this.prefixes = new PrefixCache(model, settings.sharesPrefixes());
    this.limit = Math.min(model.description().contextLength(), model.description().cacheTokens());
  }

  /** The most tokens of a prompt and its answer together. */
  int limit() {
    return limit;
  }

  boolean idle() {
    return waiting.isEmpty() && running.isEmpty();
  }

  EngineStatistics statistics() {
    int used = model.description().cacheTokens() - model.freeTokens() - prefixes.positions();
    return counters.snapshot(running.size(), waiting.size(), used);
  }

  /** Has a sequence wait for its turn. */
  void add(Sequence sequence) {
    sequence.guessedBy(drafters.get());
    Optional<FinishReason> end = guarded(sequence, sequence::begin);
    counters.forced(sequence.forcedTokens());
    end.ifPresent(reason -> finish(sequence, reason));
    if (!sequence.answer().isDone()) {
      waiting.addLast(sequence);
    }
  }

  /**
   * Makes one step of the model, unless all that was left has been cancelled.
   *
   * @throws RuntimeException what the model threw; the model is not to be used again
   */
  void step() {
    waiting.forEach(Sequence::withdrawUnlessWanted);
    dropDone();
    Map<Sequence, Integer> plan = plan();
    Optional<Prefix> prefix = prefixes.computing();
    int ofPrefix =
        prefix.map(p -> Math.min(p.pending(), settings.tokensPerStep() - total(plan))).orElse(0);
    List<Sequence> members = new ArrayList<>();
    List<SequenceStep> batch = new ArrayList<>();
    int tokens = total(plan) + ofPrefix;
    int forDrafts = settings.tokensPerStep() - tokens;
    int stepCost = cost.tokens();
    for (Map.Entry<Sequence, Integer> entry : plan.entrySet()) {
      Sequence sequence = entry.getKey();
      int count = entry.getValue();
      DraftBudget budget =
          DraftBudget.of(Math.min(forDrafts, settings.draftLength()), tokens, stepCost);
      Optional<SequenceStep> step =
          guarded(sequence, () -> Optional.of(sequence.step(count, unconstrained, budget)));
      if (step.isPresent()) {
        members.add(sequence);
        batch.add(step.get());
        forDrafts -= step.get().tokens().length - count;
      }
    }
    if (ofPrefix > 0) {
      batch.add(prefix.get().step(ofPrefix));
    }
    if (!batch.isEmpty()) {
      long began = System.nanoTime();
      StepResult result = model.step(batch);
      long ended = System.nanoTime();
      if (ofPrefix > 0) {
        applyPrefix(prefix.get(), ofPrefix, batch, began, ended);
      }
      apply(members, batch, result, began, ended);
    }
    dropDone();
  }

  private static int total(Map<Sequence, Integer> plan) {
    return plan.values().stream().mapToInt(Integer::intValue).sum();
  }

  private void applyPrefix(
      Prefix prefix, int count, List<SequenceStep> batch, long began, long ended) {
    prefix.stepped(count);
    counters.shared(count);
    prefixOwner.ifPresent(
        owner -> owner.prefixStepped(count, began, ended, tokens(batch), batch.size()));
    if (prefix.ready()) {
      prefixOwner = Optional.empty();
    }
  }

  private static int tokens(List<SequenceStep> batch) {
    return batch.stream().mapToInt(step -> step.tokens().length).sum();
  }

  /** Ends everything that waits or runs with a failure, without touching the model. */
  void abandon(Throwable failure) {
    waiting.forEach(sequence -> sequence.answer().completeExceptionally(failure));
    running.forEach(sequence -> sequence.answer().completeExceptionally(failure));
    waiting.clear();
    running.clear();
  }

  /**
   * How many tokens each sequence computes in the next step: answers, then prompts, then newcomers.
   */
  private Map<Sequence, Integer> plan() {
    Map<Sequence, Integer> plan = new LinkedHashMap<>();
    int before = running.size();
    int budget = planRunning(plan, settings.tokensPerStep(), true);
    budget = planRunning(plan, budget, false);
    // a prefix comes before newcomers, who wait for it
    budget = Math.max(0, budget - prefixes.computing().map(Prefix::pending).orElse(0));
    // What was just displaced would come straight back and displace again.
    if (running.size() == before || running.isEmpty()) {
      admit(plan, budget);
    }
    return plan;
  }

  private int planRunning(Map<Sequence, Integer> plan, int budget, boolean decoding) {
    int left = budget;
    for (Sequence sequence : List.copyOf(running)) {
      int count = Math.min(left, sequence.pending());
      // A sequence of the copy may have been displaced by an older one meanwhile.
      if (count > 0
          && sequence.running()
          && sequence.decoding() == decoding
          && makeRoom(plan, sequence, sequence.computed() + count)) {
        plan.put(sequence, count);
        left -= count;
      }
    }
    return left;
  }

  private void admit(Map<Sequence, Integer> plan, int budget) {
    int left = budget;
    while (left > 0 && !waiting.isEmpty() && running.size() < settings.maxRunning()) {
      Sequence sequence = waiting.peekFirst();
      Optional<PrefixCache.Match> match = match(sequence);
      if (match.isPresent() && !match.get().prefix().ready()) {
        return;
      }
      // Where nothing else runs, room that nobody gives back must not be waited for.
      if (place(sequence, match) || (running.isEmpty() && placeAlone(sequence))) {
        waiting.removeFirst();
        running.add(sequence);
        counters.running(running.size());
        int count = Math.min(left, sequence.pending());
        plan.put(sequence, count);
        left -= count;
      } else if (running.isEmpty()) {
        waiting.removeFirst();
        refuse(sequence);
      } else {
        return;
      }
    }
  }

  private boolean placeAlone(Sequence sequence) {
    while (prefixes.dropOldest(Optional.empty())) {
      LOG.debug("A shared prefix made room for row {}", sequence.key());
    }
    return place(sequence, Optional.empty());
  }

  /** What a waiting sequence should begin with. */
  private Optional<PrefixCache.Match> match(Sequence sequence) {
    List<int[]> others =
        waiting.stream()
            .filter(other -> other != sequence)
            .limit((long) ROUND_BATCHES * settings.maxRunning())
            .map(Sequence::prompt)
            .toList();
    boolean computing = prefixes.computing().isPresent();
    Optional<PrefixCache.Match> match = prefixes.match(sequence.prompt(), others);
    if (!computing && prefixes.computing().isPresent()) {
      sequence.owns(match.get().prefix());
      prefixOwner = Optional.of(sequence);
    }
    return match;
  }

  private boolean place(Sequence sequence, Optional<PrefixCache.Match> match) {
    int capacity = Math.min(limit, sequence.length() + settings.growthTokens());
    int handle = open(capacity, match);
    if (handle < 0 && running.isEmpty()) {
      capacity = sequence.length();
      handle = open(capacity, match);
    }
    if (handle >= 0) {
      sequence.placed(handle, capacity, match);
    }
    return handle >= 0;
  }

  private int open(int capacity, Optional<PrefixCache.Match> match) {
    int handle = -1;
    do {
      handle =
          match
              .map(m -> model.open(m.prefix().handle(), m.positions(), capacity - m.positions()))
              .orElseGet(() -> model.open(capacity));
    } while (handle < 0 && prefixes.dropOldest(match.map(PrefixCache.Match::prefix)));
    return handle;
  }

  private boolean makeRoom(Map<Sequence, Integer> plan, Sequence sequence, int needed) {
    while (sequence.capacity() < needed) {
      if (!grow(sequence, Math.min(limit, needed + settings.growthTokens()))
          && !grow(sequence, needed)
          && !prefixes.dropOldest(Optional.empty())) {
        Sequence youngest = running.get(running.size() - 1);
        plan.remove(youngest);
        release(youngest);
        waiting.addFirst(youngest);
        counters.preempted();
        if (youngest == sequence) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean grow(Sequence sequence, int capacity) {
    boolean grown = model.reserve(sequence.handle(), capacity - sequence.shared());
    if (grown) {
      sequence.grown(capacity);
    }
    return grown;
  }

  private void apply(
      List<Sequence> members, List<SequenceStep> batch, StepResult result, long began, long ended) {
    int total = batch.stream().mapToInt(step -> step.tokens().length).sum();
    counters.stepped(members.size(), ended - began);
    cost.stepped(total, ended - began);
    int firstChoice = 0;
    for (int i = 0; i < members.size(); i++) {
      Sequence sequence = members.get(i);
      SequenceStep step = batch.get(i);
      int count = step.tokens().length;
      counters.computed(sequence, count);
      sequence.stepped(count, began, ended, total, members.size());
      if (!step.choices().isEmpty()) {
        choose(sequence, step, result, firstChoice, ended);
      }
      firstChoice += Math.max(1, step.choices().size());
    }
  }

  private void choose(
      Sequence sequence, SequenceStep step, StepResult result, int firstChoice, long now) {
    int forcedBefore = sequence.forcedTokens();
    int chosenBefore = sequence.chosenTokens();
    int computedBefore = sequence.computed();
    Optional<FinishReason> end =
        guarded(sequence, () -> sequence.chosen(step, result, firstChoice, now));
    counters.chosen(sequence.chosenTokens() - chosenBefore);
    counters.forced(sequence.forcedTokens() - forcedBefore);
    if (sequence.computed() < computedBefore) {
      model.truncate(sequence.handle(), sequence.computed());
    }
    end.ifPresent(reason -> finish(sequence, reason));
  }

  private void finish(Sequence sequence, FinishReason reason) {
    release(sequence);
    guarded(sequence, () -> Optional.of(sequence.generation(reason)))
        .ifPresent(generation -> sequence.answer().complete(generation));
  }

  /** The whole cache is free and still too small. */
  private void refuse(Sequence sequence) {
    if (sequence.generated() > sequence.forcedTokens()) {
      finish(sequence, FinishReason.CONTEXT);
      return;
    }
    sequence
        .answer()
        .completeExceptionally(
            new AuditException(
                ErrorClass.PROMPT_TOO_LONG,
                "Cannot run row " + sequence.key(),
                "its "
                    + sequence.length()
                    + " tokens find no room in an empty cache of "
                    + model.description().cacheTokens()
                    + " positions",
                "Raise the cache size or split the input"));
  }

  private void release(Sequence sequence) {
    if (sequence.running()) {
      running.remove(sequence);
      model.close(sequence.handle());
      sequence.displaced();
    }
  }

  private void dropDone() {
    waiting.removeIf(sequence -> sequence.answer().isDone());
    List.copyOf(running).stream()
        .filter(sequence -> sequence.answer().isDone())
        .forEach(this::release);
  }

  /** What concerns one row (its grammar, its text) fails that row alone. */
  private static <T> Optional<T> guarded(Sequence sequence, Supplier<Optional<T>> action) {
    try {
      return action.get();
    } catch (RuntimeException failure) {
      sequence.answer().completeExceptionally(failure);
      return Optional.empty();
    } catch (StackOverflowError failure) {
      // Of this sequence's own grammar or text; the engine and the other sequences are unharmed.
      sequence
          .answer()
          .completeExceptionally(new IllegalStateException("nested too deeply", failure));
      return Optional.empty();
    }
  }
}
