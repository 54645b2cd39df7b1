package org.codeaudit.generate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.codeaudit.generate.StepPlan.Member;
import org.codeaudit.generate.StepPlan.PrefixChunk;
import org.codeaudit.generate.answer.DraftBudget;
import org.codeaudit.generate.request.FinishReason;
import org.codeaudit.model.AllowedTokens;
import org.codeaudit.model.SequenceStep;

/**
 * Decides which sequences step together, and never runs the model. Sequences start in the order of
 * the {@link WaitingLine}. The one that started first always makes progress; when the cache is full
 * the one that started last is preempted, and waits at the front to be computed again. No threads.
 */
final class Scheduler {
  /** Waiting sequences that are looked at together, in batches. */
  private static final int ROUND_BATCHES = 2;

  private final CacheAllocator cache;
  private final EngineSettings settings;
  private final AllowedTokens unconstrained;
  private final StepCost cost;
  private final StepCounters counters;
  private final WaitingLine waiting;

  /** In the order in which they started. */
  private final List<Sequence> running = new ArrayList<>();

  /** The sequence that waits for the prefix that is being computed. */
  private Optional<Sequence> prefixOwner = Optional.empty();

  /**
   * @param unconstrained the tokens that may be chosen where there is no grammar
   * @param cost tells which drafts are worth it
   */
  Scheduler(
      CacheAllocator cache,
      EngineSettings settings,
      AllowedTokens unconstrained,
      StepCost cost,
      StepCounters counters) {
    this.cache = cache;
    this.settings = settings;
    this.unconstrained = unconstrained;
    this.cost = cost;
    this.counters = counters;
    this.waiting = new WaitingLine(ROUND_BATCHES * settings.maxRunning());
  }

  boolean idle() {
    return waiting.isEmpty() && running.isEmpty();
  }

  /** The sequences that hold cache, in the order in which they started. */
  List<Sequence> running() {
    return List.copyOf(running);
  }

  EngineStatistics statistics() {
    return counters.snapshot(running.size(), waiting.size(), cache.used());
  }

  /** Has a sequence wait for its turn. */
  void add(Sequence sequence) {
    waiting.addLast(sequence);
  }

  /** Fails everything that waits or runs, without touching the cache. */
  void abandon(Throwable failure) {
    waiting.forEach(sequence -> sequence.fail(failure));
    running.forEach(sequence -> sequence.fail(failure));
    waiting.clear();
    running.clear();
  }

  /** What the next step computes; nothing if all that was left has been cancelled. */
  StepPlan plan() {
    waiting.forEach(Sequence::withdrawUnlessWanted);
    releaseDone();
    Map<Sequence, Integer> counts = counts();
    int tokens = counts.values().stream().mapToInt(Integer::intValue).sum();
    Optional<PrefixChunk> prefix = prefixChunk(settings.tokensPerStep() - tokens);
    return new StepPlan(members(counts, tokens + prefix.map(PrefixChunk::count).orElse(0)), prefix);
  }

  /** Takes the slots of all that are answered, have failed or were cancelled. */
  void releaseDone() {
    waiting.removeIf(Sequence::done);
    for (Sequence sequence : List.copyOf(running)) {
      if (sequence.done()) {
        release(sequence);
      }
    }
  }

  /** Takes the slot of a sequence that has ended, if it has one. */
  void release(Sequence sequence) {
    if (running.remove(sequence)) {
      cache.retire(sequence);
    }
  }

  private void preempt(Sequence sequence) {
    running.remove(sequence);
    cache.free(sequence);
    waiting.addFirst(sequence);
    counters.preempted();
  }

  /** Each sequence with its tokens, and as many drafted ones behind them as are worth it. */
  private List<Member> members(Map<Sequence, Integer> counts, int tokens) {
    List<Member> members = new ArrayList<>();
    int left = settings.tokensPerStep() - tokens;
    int stepCost = cost.tokens();
    for (Map.Entry<Sequence, Integer> entry : counts.entrySet()) {
      Sequence sequence = entry.getKey();
      int count = entry.getValue();
      DraftBudget budget = DraftBudget.of(Math.min(left, settings.draftLength()), tokens, stepCost);
      Optional<SequenceStep> step = sequence.step(count, unconstrained, budget);
      if (step.isPresent()) {
        members.add(new Member(sequence, step.get()));
        left -= step.get().tokens().length - count;
      }
    }
    return members;
  }

  private Optional<PrefixChunk> prefixChunk(int budget) {
    Optional<Prefix> prefix = cache.prefixes().computing();
    if (prefix.isEmpty()) {
      prefixOwner = Optional.empty();
      return Optional.empty();
    }
    int count = Math.min(prefix.get().pending(), budget);
    return count > 0
        ? Optional.of(new PrefixChunk(prefix.get(), prefixOwner, count))
        : Optional.empty();
  }

  /**
   * How many tokens each sequence computes in the next step: those that decode first, then those
   * that prefill, then those that are admitted.
   */
  private Map<Sequence, Integer> counts() {
    Map<Sequence, Integer> counts = new LinkedHashMap<>();
    int before = running.size();
    int budget = countRunning(counts, settings.tokensPerStep(), true);
    budget = countRunning(counts, budget, false);
    // the prefix goes before new sequences, which wait for it
    budget = Math.max(0, budget - cache.prefixes().computing().map(Prefix::pending).orElse(0));
    // a sequence that was just preempted would come straight back and preempt another
    if (running.size() == before || running.isEmpty()) {
      admit(counts, budget);
    }
    return counts;
  }

  private int countRunning(Map<Sequence, Integer> counts, int budget, boolean decoding) {
    int left = budget;
    for (Sequence sequence : List.copyOf(running)) {
      int count = Math.min(left, sequence.pending());
      // a sequence of the copy may have been preempted for an older one in this loop
      if (count > 0
          && sequence.running()
          && sequence.decoding() == decoding
          && makeRoom(counts, sequence, sequence.computed() + count)) {
        counts.put(sequence, count);
        left -= count;
      }
    }
    return left;
  }

  /** Preempts the youngest until there is room; returns false if that was this sequence itself. */
  private boolean makeRoom(Map<Sequence, Integer> counts, Sequence sequence, int needed) {
    while (!cache.grow(sequence.slot().orElseThrow(), needed)) {
      Sequence youngest = running.get(running.size() - 1);
      counts.remove(youngest);
      preempt(youngest);
      if (youngest == sequence) {
        return false;
      }
    }
    return true;
  }

  private void admit(Map<Sequence, Integer> counts, int budget) {
    int left = budget;
    while (left > 0 && !waiting.isEmpty() && running.size() < settings.maxRunning()) {
      Sequence sequence = waiting.peekFirst();
      Optional<PrefixCache.Match> match = match(sequence);
      if (match.isPresent() && !match.get().prefix().ready()) {
        return;
      }
      if (cache.place(sequence, match, running.isEmpty())) {
        waiting.removeFirst();
        running.add(sequence);
        counters.running(running.size());
        int count = Math.min(left, sequence.pending());
        counts.put(sequence, count);
        left -= count;
      } else if (running.isEmpty()) {
        waiting.removeFirst();
        refuse(sequence);
      } else {
        return;
      }
    }
  }

  /** The prefix that a waiting sequence should begin with; one may be made for it. */
  private Optional<PrefixCache.Match> match(Sequence sequence) {
    List<int[]> others =
        waiting.stream()
            .filter(other -> other != sequence)
            .limit((long) ROUND_BATCHES * settings.maxRunning())
            .map(Sequence::prompt)
            .toList();
    PrefixCache prefixes = cache.prefixes();
    boolean computing = prefixes.computing().isPresent();
    Optional<PrefixCache.Match> match = prefixes.match(sequence.prompt(), others);
    if (!computing && prefixes.computing().isPresent()) {
      sequence.owns(match.get().prefix());
      prefixOwner = Optional.of(sequence);
    }
    return match;
  }

  /** Ends a sequence that finds no room though the whole cache is free. */
  private void refuse(Sequence sequence) {
    if (sequence.generated() > sequence.forcedTokens()) {
      sequence.finish(FinishReason.CONTEXT);
    } else {
      sequence.fail(Admission.noRoom(sequence.key(), sequence.length(), cache.cacheTokens()));
    }
  }
}
