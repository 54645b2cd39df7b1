package org.codeaudit.generate.answer;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.codeaudit.generate.request.FinishReason;
import org.codeaudit.generate.request.Generation;
import org.codeaudit.generate.request.GenerationRequest;
import org.codeaudit.generate.request.OutputGrammar;
import org.codeaudit.generate.request.TokenListener;
import org.codeaudit.model.AllowedTokens;
import org.codeaudit.model.SequenceStep;
import org.codeaudit.model.StepResult;
import org.codeaudit.token.Tokenizer;

/**
 * A prompt and the answer so far. It only ever grows, whatever becomes of the keys and values that
 * the model has computed for it. Used by one thread.
 */
public final class Answer {
  private final GenerationRequest request;
  private final Tokenizer tokenizer;
  private final int limit;
  private final TokenListener listener;
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

  /** The guesses of the step in progress, one for each choice. */
  private List<Integer> guesses = List.of();

  /**
   * An answer without tokens.
   *
   * @param limit the most tokens of prompt and answer together
   * @param listener hears of every token that is appended
   */
  public Answer(GenerationRequest request, Tokenizer tokenizer, int limit, TokenListener listener) {
    this.request = request;
    this.tokenizer = tokenizer;
    this.limit = limit;
    this.listener = listener;
    this.tokens = request.prompt().clone();
    this.length = tokens.length;
    this.numbers = new RandomNumbers(request.sampling().seed());
    this.stopStrings = new StopStrings(request.stopStrings());
    this.seen = request.sampling().penalises() ? Optional.of(new SeenTokens()) : Optional.empty();
    seen.ifPresent(set -> Arrays.stream(tokens).forEach(set::add));
  }

  /** What is answered. */
  public GenerationRequest request() {
    return request;
  }

  public int promptLength() {
    return request.prompt().length;
  }

  /** Tokens of the prompt and the answer. */
  public int length() {
    return length;
  }

  /** The first tokens of the prompt and the answer. */
  public int[] first(int count) {
    return Arrays.copyOf(tokens, count);
  }

  /** Tokens of the answer. */
  public int generated() {
    return length - promptLength();
  }

  /** Tokens that the grammar forced. */
  public int forcedTokens() {
    return forcedTokens;
  }

  /** Tokens that the model chose, an end token included. */
  public int chosenTokens() {
    return chosenTokens;
  }

  /** Takes the drafts from here on from this drafter. */
  public void draftWith(Drafter newDrafter) {
    drafter = newDrafter;
  }

  /**
   * Appends what the grammar forces before the first choice.
   *
   * @return why the answer ended, if it did
   */
  public Optional<FinishReason> begin() {
    return appendForced();
  }

  /**
   * Some of its tokens as a step of the model. If they are the last ones, a choice follows; and
   * while the answer is decoded, a draft.
   *
   * @param handle the model's handle of the sequence
   * @param from the first of the tokens
   * @param count how many
   * @param capacity positions that the sequence has reserved: a draft must fit in
   * @param unconstrained the tokens that may be chosen where there is no grammar
   */
  public SequenceStep step(
      int handle,
      int from,
      int count,
      int capacity,
      AllowedTokens unconstrained,
      DraftBudget budget) {
    int[] chunk = Arrays.copyOfRange(tokens, from, from + count);
    guesses = List.of();
    if (from + count < length) {
      return new SequenceStep(handle, chunk, Optional.empty());
    }
    boolean decodes = from >= promptLength();
    if (decodes) {
      drafter.follow(tokens, length);
    }
    Drafter follower = decodes ? drafter : Drafter.NONE;
    Draft draft = new Draft(request, chunk, unconstrained, numbers, seen, follower);
    if (decodes) {
      draft.extend(draftLength.tokens(budget.leastChance()), draftRoom(budget, capacity));
    }
    guesses = draft.guesses();
    return draft.step(handle);
  }

  /** The choice behind a draft must still be of use. */
  private int draftRoom(DraftBudget budget, int capacity) {
    int most = Math.min(request.maxNewTokens() - generated(), limit - length) - 1;
    return Math.min(budget.tokens(), Math.min(most, capacity - length));
  }

  /**
   * Counts its share of a step's time.
   *
   * @param from the first of its tokens in the step
   * @param count how many
   * @param batchSize sequences in the step
   */
  public void stepped(StepTime step, int from, int count, int batchSize) {
    int ofPrompt = Math.max(0, Math.min(count, promptLength() - from));
    clock.stepped(step, ofPrompt, count - ofPrompt, batchSize);
  }

  /**
   * Takes the tokens that the model chose, up to the first one that its draft had not guessed, and
   * appends what the grammar forces after each.
   *
   * @param step one of {@link #step}
   * @param from the first of its tokens
   * @param first index in the result of the step's first choice
   * @param now when the result was there
   * @return why the answer ended, if it did
   */
  public Optional<FinishReason> accept(
      SequenceStep step, int from, StepResult result, int first, long now) {
    Optional<FinishReason> end = Optional.empty();
    int choice = 0;
    for (int after : step.choices().keySet()) {
      if (end.isPresent() || from + after + 1 != length || agreed(step, from) <= after) {
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
      end = accept(token, result.logProbabilities()[first + choice], now);
      choice++;
    }
    return end;
  }

  /** How many of a step's tokens, which begins at a token, are those of the prompt and answer. */
  public int agreed(SequenceStep step, int from) {
    int known = Math.min(step.tokens().length, length - from);
    int mismatch = Arrays.mismatch(step.tokens(), 0, known, tokens, from, from + known);
    return mismatch < 0 ? known : mismatch;
  }

  private Optional<FinishReason> accept(int token, float logProbability, long now) {
    numbers.take();
    chosenTokens++;
    clock.tokenChosen(now);
    if (request.grammar().isEmpty() && request.endTokens().contains(token)) {
      return Optional.of(FinishReason.STOP);
    }
    Optional<FinishReason> end = append(token, logProbability);
    return end.isPresent() ? end : appendForced();
  }

  /**
   * The finished answer.
   *
   * @param cachedTokens tokens of the prompt that other sequences had computed
   */
  public Generation generation(FinishReason reason, int cachedTokens) {
    int[] ids = Arrays.copyOfRange(tokens, promptLength(), length);
    return new Generation(
        ids,
        Arrays.copyOf(logProbabilities, generated()),
        stopStrings.cut(tokenizer.decode(ids)),
        reason,
        clock.timing(promptLength(), cachedTokens, forcedTokens, draftTokensAccepted, generated()));
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
    listener.accepted(token);
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
