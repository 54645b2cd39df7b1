package org.codeaudit.model;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The part of one sequence in a step: the tokens that are appended to it, and the choices that
 * follow some of them.
 *
 * @param sequence a handle from {@link LanguageModel#open}
 * @param tokens ids to append, at least one: a chunk of the prompt, a forced run, the token chosen
 *     last, a draft behind it
 * @param choices by the index of one of {@code tokens}, how to choose what follows it; empty in the
 *     middle of a prompt
 */
public record SequenceStep(int sequence, int[] tokens, SortedMap<Integer, Choice> choices) {

  /** A step that chooses what follows the last of its tokens, or nothing. */
  public SequenceStep(int sequence, int[] tokens, Optional<Choice> choice) {
    this(
        sequence,
        tokens,
        choice.map(last -> single(tokens.length - 1, last)).orElseGet(Collections::emptySortedMap));
  }

  private static SortedMap<Integer, Choice> single(int after, Choice choice) {
    SortedMap<Integer, Choice> choices = new TreeMap<>();
    choices.put(after, choice);
    return choices;
  }

  /**
   * How a token is chosen.
   *
   * @param sampling settings of the row
   * @param uniform a number in [0, 1) from the row's random sequence; ignored when greedy
   * @param allowed which tokens may be chosen
   * @param seen distinct ids of the prompt and the answer so far, {@code tokens} up to the one that
   *     is followed included; read only if the settings penalise repetition, else empty
   */
  public record Choice(
      SamplingSettings sampling, double uniform, AllowedTokens allowed, int[] seen) {}
}
