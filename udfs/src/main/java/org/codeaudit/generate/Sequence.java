package org.codeaudit.generate;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.codeaudit.generate.answer.Answer;
import org.codeaudit.generate.answer.DraftBudget;
import org.codeaudit.generate.answer.Drafter;
import org.codeaudit.generate.answer.StepTime;
import org.codeaudit.generate.request.FinishReason;
import org.codeaudit.generate.request.Generation;
import org.codeaudit.generate.request.GenerationRequest;
import org.codeaudit.generate.request.NotStarted;
import org.codeaudit.generate.request.TokenListener;
import org.codeaudit.model.AllowedTokens;
import org.codeaudit.model.SequenceStep;
import org.codeaudit.model.StepResult;
import org.codeaudit.token.Tokenizer;

/**
 * A request on its way through the engine: its answer, which only grows, and its slot in the cache,
 * which it has while it runs. A sequence that is preempted loses the slot and computes it again
 * later. Used by the engine's thread alone, except for {@link #result}.
 */
final class Sequence {
  private final CompletableFuture<Generation> result = new CompletableFuture<>();
  private final Answer answer;
  private final BooleanSupplier mayStart;
  private boolean failed;

  /** Empty while the sequence waits. */
  private Optional<CacheSlot> slot = Optional.empty();

  /** The prefix that is computed, or was, because this sequence came first. */
  private Optional<Prefix> ownPrefix = Optional.empty();

  /** Positions that others had computed when it was first admitted; -1 before. */
  private int cached = -1;

  /** The most positions that were ever computed; below it, work is repeated. */
  private int furthest;

  /**
   * @param limit the most tokens of prompt and answer together
   */
  Sequence(GenerationRequest request, Tokenizer tokenizer, int limit) {
    this(request, tokenizer, limit, () -> true, TokenListener.NONE);
  }

  /**
   * A sequence that is withdrawn if it may no longer start.
   *
   * @param mayStart asked until something is computed for it
   * @param listener hears of the answer's tokens
   */
  Sequence(
      GenerationRequest request,
      Tokenizer tokenizer,
      int limit,
      BooleanSupplier mayStart,
      TokenListener listener) {
    this.answer = new Answer(request, tokenizer, limit, listener);
    this.mayStart = mayStart;
  }

  String key() {
    return answer.request().key();
  }

  int[] prompt() {
    return answer.request().prompt();
  }

  int promptLength() {
    return answer.promptLength();
  }

  /** The tokens whose keys and values are in its slot, unless a step of it has failed. */
  int[] computedTokens() {
    return answer.first(computed());
  }

  /** Tokens of the prompt and the answer. */
  int length() {
    return answer.length();
  }

  int generated() {
    return answer.generated();
  }

  int forcedTokens() {
    return answer.forcedTokens();
  }

  /** Tokens the model chose for it, an end token included. */
  int chosenTokens() {
    return answer.chosenTokens();
  }

  /** Completed by the engine, cancelled by whoever submitted the request. */
  CompletableFuture<Generation> result() {
    return result;
  }

  /** Whether it has been answered, has failed or was cancelled. */
  boolean done() {
    return result.isDone();
  }

  /** Whether it has failed; not if it was cancelled. */
  boolean failed() {
    return failed;
  }

  boolean running() {
    return slot.isPresent();
  }

  /** Its place in the cache, if it runs. */
  Optional<CacheSlot> slot() {
    return slot;
  }

  /** Positions that are computed now; 0 while it waits. */
  int computed() {
    return slot.isPresent() ? slot.get().computed() : 0;
  }

  /** The most positions that were ever computed. */
  int furthest() {
    return furthest;
  }

  /** Tokens the model has not computed yet. */
  int pending() {
    return length() - computed();
  }

  /** Whether the prompt is computed and the answer comes token by token. */
  boolean decoding() {
    return computed() >= promptLength();
  }

  /** Fails it if nothing was computed for it and it may no longer start. */
  void withdrawUnlessWanted() {
    boolean begun = cached >= 0 || ownPrefix.isPresent();
    if (!begun && !mayStart.getAsBoolean()) {
      result.completeExceptionally(new NotStarted(key()));
    }
  }

  /** Appends what its grammar forces before the first choice; drafts with this drafter later on. */
  Optional<FinishReason> begin(Drafter drafter) {
    answer.draftWith(drafter);
    return guarded(answer::begin);
  }

  /** A prefix was made for it: the time to compute the prefix is this row's. */
  void owns(Prefix made) {
    ownPrefix = Optional.of(made);
  }

  /** Runs from now on. */
  void admit(CacheSlot newSlot) {
    slot = Optional.of(newSlot);
    furthest = Math.max(furthest, newSlot.computed());
    if (cached < 0) {
      boolean own = ownPrefix.isPresent() && newSlot.prefix().equals(ownPrefix);
      cached = own ? ownPrefix.get().inherited() : newSlot.shared();
    }
  }

  /** Waits or has ended from now on, without a place in the cache. */
  void leave() {
    slot.ifPresent(CacheSlot::release);
    slot = Optional.empty();
  }

  /**
   * Its next pending tokens as a step; empty if that failed, and the sequence with it.
   *
   * @param count how many; if they are the last, a choice follows, and a draft in the answer
   * @param unconstrained the tokens that may be chosen where there is no grammar
   */
  Optional<SequenceStep> step(int count, AllowedTokens unconstrained, DraftBudget budget) {
    CacheSlot here = slot.orElseThrow();
    return guarded(
        () ->
            Optional.of(
                answer.step(
                    here.handle(),
                    here.computed(),
                    count,
                    here.capacity(),
                    unconstrained,
                    budget)));
  }

  /** Counts a step's tokens as computed, and the row's share of the step's time. */
  void stepped(int count, StepTime time, int batchSize) {
    CacheSlot here = slot.orElseThrow();
    answer.stepped(time, here.computed(), count, batchSize);
    here.compute(here.computed() + count);
    furthest = Math.max(furthest, Math.min(here.computed(), length()));
  }

  /** Counts the share of a step's time that went into the prefix that was made for it. */
  void prefixStepped(int count, StepTime time, int batchSize) {
    answer.stepped(time, 0, count, batchSize);
  }

  /**
   * Takes the choices of a step that was counted, as far as its draft was right. Positions of
   * rejected tokens do not count as computed any more: they must be truncated in the cache.
   *
   * @param first index in the result of the sequence's first choice
   * @return why the answer ended, if it did
   */
  Optional<FinishReason> accept(SequenceStep step, StepResult chosen, int first, long now) {
    CacheSlot here = slot.orElseThrow();
    int from = here.computed() - step.tokens().length;
    return guarded(
        () -> {
          Optional<FinishReason> end = answer.accept(step, from, chosen, first, now);
          here.compute(from + answer.agreed(step, from));
          furthest = Math.max(furthest, here.computed());
          return end;
        });
  }

  /** Completes the result with the answer so far. */
  void finish(FinishReason reason) {
    guarded(() -> Optional.of(answer.generation(reason, Math.max(cached, 0))))
        .ifPresent(result::complete);
  }

  /** Completes the result with a failure, unless it is complete. */
  void fail(Throwable failure) {
    failed = true;
    result.completeExceptionally(failure);
  }

  /** What concerns this row alone (its grammar, its text) fails this row alone. */
  private <T> Optional<T> guarded(Supplier<Optional<T>> action) {
    try {
      return action.get();
    } catch (RuntimeException failure) {
      fail(failure);
    } catch (StackOverflowError failure) {
      // caused by this sequence's own grammar or text; the engine and the others are unharmed
      fail(new IllegalStateException("nested too deeply", failure));
    }
    return Optional.empty();
  }
}
