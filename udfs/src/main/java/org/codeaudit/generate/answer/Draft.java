package org.codeaudit.generate.answer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.codeaudit.generate.request.GenerationRequest;
import org.codeaudit.generate.request.OutputGrammar;
import org.codeaudit.model.AllowedTokens;
import org.codeaudit.model.SequenceStep;
import org.codeaudit.model.SequenceStep.Choice;

/**
 * The step of a sequence that is to choose a token: its pending tokens and the choice that follows
 * them. Behind it stand guessed tokens for as long as there are guesses, each with the choice that
 * would follow it. Tokens that the grammar would force among them are part of the draft.
 */
final class Draft {
  private static final int[] NOTHING_SEEN = {};

  private final GenerationRequest request;
  private final AllowedTokens unconstrained;
  private final RandomNumbers numbers;
  private final Drafter drafter;
  private final SortedMap<Integer, Choice> choices = new TreeMap<>();
  private final List<Integer> guesses = new ArrayList<>();
  private Optional<OutputGrammar> grammar;
  private Optional<SeenTokens> seen;
  private int[] tokens;
  private int length;

  /**
   * A step without guesses yet.
   *
   * @param pending tokens to append before the choice
   * @param unconstrained the tokens that may be chosen where there is no grammar
   * @param numbers peeked at, not taken
   * @param drafter follows the text already
   */
  Draft(
      GenerationRequest request,
      int[] pending,
      AllowedTokens unconstrained,
      RandomNumbers numbers,
      Optional<SeenTokens> seen,
      Drafter drafter) {
    this.request = request;
    this.unconstrained = unconstrained;
    this.numbers = numbers;
    this.drafter = drafter;
    this.grammar = request.grammar();
    this.seen = seen;
    this.tokens = pending;
    this.length = pending.length;
    if (!choose()) {
      throw new IllegalStateException("the grammar of " + request.key() + " allows no token");
    }
  }

  /**
   * Appends guesses, and the tokens that would be forced after them.
   *
   * @param most guesses at most
   * @param room tokens at most, forced ones included
   */
  void extend(int most, int room) {
    int end = length + room;
    int last = choices.size() + most;
    if (room <= 0 || most <= 0 || guess() == Drafter.NO_GUESS) {
      return;
    }
    tokens = Arrays.copyOf(tokens, end);
    grammar = grammar.map(OutputGrammar::copy);
    seen = seen.map(SeenTokens::copy);
    boolean open = true;
    try {
      while (open && length < end && choices.size() < last && guess() != Drafter.NO_GUESS) {
        append(guess());
        open = appendForced(end) && choose();
      }
    } catch (RuntimeException ofAnAnswerThatMayNeverCome) {
      // a grammar that fails behind a guess fails the row if and when the row gets there
    }
    // a guess that no choice follows saves no step
    length = choices.lastKey() + 1;
  }

  /** The step. */
  SequenceStep step(int handle) {
    return new SequenceStep(handle, Arrays.copyOf(tokens, length), choices);
  }

  /** The guess for each choice, in the draft or not; {@link Drafter#NO_GUESS} where none. */
  List<Integer> guesses() {
    return guesses;
  }

  private int guess() {
    return guesses.get(guesses.size() - 1);
  }

  private boolean choose() {
    AllowedTokens allowed = grammar.map(OutputGrammar::allowed).orElse(unconstrained);
    if (allowed instanceof AllowedTokens.Only only && only.ids().length == 0) {
      return false;
    }
    int[] before = seen.map(SeenTokens::ids).orElse(NOTHING_SEEN);
    double number = numbers.peek(choices.size());
    choices.put(length - 1, new Choice(request.sampling(), number, allowed, before));
    int guess = drafter.guess();
    guesses.add(mayFollow(guess, allowed) ? guess : Drafter.NO_GUESS);
    return true;
  }

  private boolean mayFollow(int guess, AllowedTokens allowed) {
    if (guess == Drafter.NO_GUESS || request.endTokens().contains(guess)) {
      return false;
    }
    if (allowed instanceof AllowedTokens.Only only) {
      return IntStream.of(only.ids()).anyMatch(id -> id == guess);
    }
    return !(allowed instanceof AllowedTokens.Masked masked) || masked.mask().allows(guess);
  }

  private void append(int token) {
    grammar.ifPresent(form -> form.accept(token));
    seen.ifPresent(set -> set.add(token));
    drafter.suppose(token);
    tokens[length++] = token;
  }

  /** Appends what the grammar forces; returns whether a choice follows. */
  private boolean appendForced(int end) {
    if (grammar.isEmpty()) {
      return true;
    }
    for (int[] run = grammar.get().forced(); run.length > 0; run = grammar.get().forced()) {
      for (int token : run) {
        if (length == end) {
          return false;
        }
        append(token);
      }
    }
    return !grammar.get().complete();
  }
}
