package org.codeaudit.generate;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.codeaudit.generate.request.FinishReason;
import org.codeaudit.generate.request.Generation;
import org.codeaudit.generate.request.GenerationRequest;
import org.codeaudit.generate.request.NotStarted;
import org.codeaudit.generate.request.OutputGrammar;
import org.codeaudit.model.AllowedTokens;
import org.codeaudit.model.SequenceStep;
import org.codeaudit.model.StepResult;
import org.codeaudit.token.Tokenizer;

/**
 * A prompt and the answer so far. What the model has computed of it can be given away and computed
 * again; what was chosen stays. Used by the engine's thread alone, except for {@link #answer}.
 */
final class Sequence {
  private final GenerationRequest request;
  private final Tokenizer tokenizer;
  private final int limit;
  private final BooleanSupplier mayStart;
  private final CompletableFuture<Generation> answer = new CompletableFuture<>();
  private final SequenceClock clock = new SequenceClock();
  private final RandomNumbers numbers;
  private final StopStrings stopStrings;
  private final Optional<SeenTokens> seen;

  /** The prompt, then the answer. */
  private int[] tokens;

  private int length;
  private float[] logProbabilities = new float[64];
  private int forcedTokens;
  private int chosenTokens;
  private int draftTokensAccepted;

  private Drafter drafter = Drafter.NONE;
  private final DraftLength draftLength = new DraftLength();

  /** The guesses of the step in progress, one a choice. */
  private List<Integer> guesses = List.of();

  /** The model's handle while the sequence runs, else -1. */
  private int handle = -1;

  /** Positions reserved and positions computed in the model, 0 while the sequence waits. */
  private int capacity;

  private int computed;

  private int shared;

  /** The prefix that was made for it. */
  private Prefix prefixOwner;

  /** The prefix it begins with while it runs. */
  private Optional<Prefix> prefix = Optional.empty();

  /** Positions that others had computed when it ran first; -1 before. */
  private int cached = -1;

  /** The most positions that were ever computed; below it, work is done again. */
  private int furthest;

  /**
   * @param limit the most tokens of prompt and answer together
   */
  Sequence(GenerationRequest request, Tokenizer tokenizer, int limit) {
    this(request, tokenizer, limit, () -> true);
  }

  /**
   * One that is withdrawn if it may not start any more.
   *
   * @param mayStart asked until it has run
   */
  Sequence(GenerationRequest request, Tokenizer tokenizer, int limit, BooleanSupplier mayStart) {
    this.mayStart = mayStart;
    this.request = request;
    this.tokenizer = tokenizer;
    this.limit = limit;
    this.tokens = request.prompt().clone();
    this.length = tokens.length;
    this.numbers = new RandomNumbers(request.sampling().seed());
    this.stopStrings = new StopStrings(request.stopStrings());
    this.seen = request.sampling().penalises() ? Optional.of(new SeenTokens()) : Optional.empty();
    seen.ifPresent(set -> Arrays.stream(tokens).forEach(set::add));
  }

  String key() {
    return request.key();
  }

  /** Completed by the engine, cancelled by whoever submitted the request. */
  CompletableFuture<Generation> answer() {
    return answer;
  }

  int length() {
    return length;
  }

  int generated() {
    return length - request.prompt().length;
  }

  int forcedTokens() {
    return forcedTokens;
  }

  /** Tokens the model chose for it, an end token included. */
  int chosenTokens() {
    return chosenTokens;
  }

  /** Withdraws it if nothing was computed for it and it may not start any more. */
  void withdrawUnlessWanted() {
    boolean begun = cached >= 0 || prefixOwner != null;
    if (!begun && !mayStart.getAsBoolean()) {
      answer.completeExceptionally(new NotStarted(key()));
    }
  }

  int handle() {
    return handle;
  }

  boolean running() {
    return handle >= 0;
  }

  int capacity() {
    return capacity;
  }

  int computed() {
    return computed;
  }

  int furthest() {
    return furthest;
  }

  int promptLength() {
    return request.prompt().length;
  }

  /** Tokens the model has not computed yet. */
  int pending() {
    return length - computed;
  }

  /** Whether the prompt is computed and the answer goes on. */
  boolean decoding() {
    return computed >= promptLength();
  }

  int[] prompt() {
    return request.prompt();
  }

  /** Positions at its beginning that it shares with others and does not store. */
  int shared() {
    return shared;
  }

  /**
   * Runs from now on.
   *
   * @param newCapacity of all its positions, shared ones included
   * @param match the prefix it begins with, if any
   */
  void placed(int newHandle, int newCapacity, Optional<PrefixCache.Match> match) {
    handle = newHandle;
    capacity = newCapacity;
    prefix = match.map(PrefixCache.Match::prefix);
    prefix.ifPresent(Prefix::use);
    shared = match.map(PrefixCache.Match::positions).orElse(0);
    computed = shared;
    furthest = Math.max(furthest, computed);
    if (cached < 0) {
      boolean own = prefixOwner != null && prefix.equals(Optional.of(prefixOwner));
      cached = own ? prefixOwner.inherited() : shared;
    }
  }

  /** Has room for more positions now. */
  void grown(int newCapacity) {
    capacity = newCapacity;
  }

  /** A prefix was made for it: the time to compute it is this row's. */
  void owns(Prefix made) {
    prefixOwner = made;
  }

  /** Forgets what the model computed; the tokens stay. */
  void displaced() {
    handle = -1;
    capacity = 0;
    computed = 0;
    shared = 0;
    prefix.ifPresent(Prefix::release);
    prefix = Optional.empty();
  }

  /** Has its answer guessed by this one from now on. */
  void guessedBy(Drafter newDrafter) {
    drafter = newDrafter;
  }

  /** Appends what the grammar wants before anything is chosen. */
  Optional<FinishReason> begin() {
    return appendForced();
  }

  /**
   * The next {@code count} pending tokens as a step. If they are the last, with a choice; and,
   * while the answer comes, with a draft behind it.
   */
  SequenceStep step(int count, AllowedTokens unconstrained, DraftBudget budget) {
    int[] chunk = Arrays.copyOfRange(tokens, computed, computed + count);
    guesses = List.of();
    if (computed + count < length) {
      return new SequenceStep(handle, chunk, Optional.empty());
    }
    Draft draft = new Draft(request, chunk, unconstrained, numbers, seen, follower());
    if (decoding()) {
      draft.extend(draftLength.tokens(budget.leastChance()), draftRoom(budget));
    }
    guesses = draft.guesses();
    return draft.step(handle);
  }

  /** The drafter, once there is an answer to guess. */
  private Drafter follower() {
    if (!decoding()) {
      return Drafter.NONE;
    }
    drafter.follow(tokens, length);
    return drafter;
  }

  /** A draft never reserves cache, and the choice behind it must still be of use. */
  private int draftRoom(DraftBudget budget) {
    int most = Math.min(request.maxNewTokens() - generated(), limit - length) - 1;
    return Math.min(budget.tokens(), Math.min(most, capacity - length));
  }

  /** Counts a step's tokens as computed, with the row's share of the step's time. */
  void stepped(int count, long began, long ended, int stepTokens, int batchSize) {
    int ofPrompt = Math.max(0, Math.min(count, promptLength() - computed));
    clock.stepped(began, ended, ofPrompt, count - ofPrompt, stepTokens, batchSize);
    computed += count;
    furthest = Math.max(furthest, Math.min(computed, length));
  }

  /** Counts tokens of the prefix that was made for it. */
  void prefixStepped(int count, long began, long ended, int stepTokens, int batchSize) {
    clock.stepped(began, ended, count, 0, stepTokens, batchSize);
  }

  /**
   * Takes the choices of a step that was counted, as far as the answer went the way of its draft,
   * and all that follows from them. What was computed beyond is not counted any more: the model
   * must forget it.
   *
   * @param first index of the sequence's first choice in the result
   * @return why the answer ended, if so
   */
  Optional<FinishReason> chosen(SequenceStep step, StepResult result, int first, long now) {
    int begin = computed - step.tokens().length;
    Optional<FinishReason> end = Optional.empty();
    int choice = 0;
    for (int after : step.choices().keySet()) {
      if (end.isPresent() || begin + after + 1 != length || agreed(step, begin) <= after) {
        break;
      }
      int token = result.tokens()[first + choice];
      int guess = guesses.get(choice);
      if (guess != Drafter.NO_GUESS) {
        draftLength.guessed(guess == token);
      }
      boolean drafted = after + 1 < step.tokens().length;
      if (drafted && guess == token) {
        draftTokensAccepted++;
      }
      end = chosen(token, result.logProbabilities()[first + choice], now);
      choice++;
    }
    computed = begin + agreed(step, begin);
    furthest = Math.max(furthest, computed);
    return end;
  }

  /** How many of a step's tokens are those of the prompt and the answer. */
  private int agreed(SequenceStep step, int begin) {
    int known = Math.min(step.tokens().length, length - begin);
    int mismatch = Arrays.mismatch(step.tokens(), 0, known, tokens, begin, begin + known);
    return mismatch < 0 ? known : mismatch;
  }

  private Optional<FinishReason> chosen(int token, float logProbability, long now) {
    numbers.take();
    chosenTokens++;
    clock.tokenCame(now);
    if (request.grammar().isEmpty() && request.endTokens().contains(token)) {
      return Optional.of(FinishReason.STOP);
    }
    Optional<FinishReason> end = append(token, logProbability);
    return end.isPresent() ? end : appendForced();
  }

  /** The finished answer. */
  Generation generation(FinishReason reason) {
    int[] ids = Arrays.copyOfRange(tokens, promptLength(), length);
    return new Generation(
        ids,
        Arrays.copyOf(logProbabilities, generated()),
        stopStrings.cut(tokenizer.decode(ids)),
        reason,
        clock.timing(
            promptLength(), Math.max(cached, 0), forcedTokens, draftTokensAccepted, generated()));
  }

  private Optional<FinishReason> appendForced() {
    if (request.grammar().isEmpty()) {
      return Optional.empty();
    }
    OutputGrammar grammar = request.grammar().get();
    for (int[] run = grammar.forced(); run.length > 0; run = grammar.forced()) {
      for (int token : run) {
        forcedTokens++;
        Optional<FinishReason> end = append(token, Float.NaN);
        if (end.isPresent()) {
          return end;
        }
      }
    }
    return grammar.complete() ? Optional.of(FinishReason.COMPLETE) : Optional.empty();
  }

  private Optional<FinishReason> append(int token, float logProbability) {
    request.grammar().ifPresent(grammar -> grammar.accept(token));
    if (length == tokens.length) {
      tokens = Arrays.copyOf(tokens, length + Math.max(64, length / 2));
    }
    if (generated() == logProbabilities.length) {
      logProbabilities = Arrays.copyOf(logProbabilities, 2 * logProbabilities.length);
    }
    logProbabilities[generated()] = logProbability;
    tokens[length++] = token;
    seen.ifPresent(set -> set.add(token));
    return end(token);
  }

  private Optional<FinishReason> end(int token) {
    if (!stopStrings.isEmpty() && stopStrings.append(tokenizer.bytes(token))) {
      return Optional.of(FinishReason.STOP);
    }
    if (request.grammar().map(OutputGrammar::complete).orElse(false)) {
      return Optional.of(FinishReason.COMPLETE);
    }
    if (generated() >= request.maxNewTokens()) {
      return Optional.of(FinishReason.LENGTH);
    }
    return length >= limit ? Optional.of(FinishReason.CONTEXT) : Optional.empty();
  }
}
