package org.codeaudit.generate;

import java.util.Arrays;

/**
 * Guesses that a text goes on as it did before: it looks up where its last tokens stood last, and
 * copies what followed them there, for as long as that comes true. The idea is prompt lookup
 * decoding (Saxena, 2023). Finding and adding a token take constant time; the memory is about ten
 * numbers a token.
 */
final class PromptLookup implements Drafter {
  /** How many last tokens are looked up; fewer if so many have not been seen together. */
  private static final int LONGEST = 3;

  /** Single tokens recur everywhere. */
  private static final int SHORTEST = 2;

  private static final int NOWHERE = -1;

  /** The text, then what is supposed to follow. */
  private int[] tokens = new int[0];

  private int length;
  private int textLength;

  /**
   * For a hash of some tokens that follow each other, the position after the last place where they
   * stand; 0 for none. Another hash may have taken the slot: whoever finds a place looks there.
   */
  private int[] places = new int[0];

  /** Runs of tokens that end at this position or before have their places. */
  private int indexed;

  /** The position that the next token is copied from, after the text and after the suppositions. */
  private int textSource = NOWHERE;

  private int source = NOWHERE;

  @Override
  public void follow(int[] text, int newLength) {
    if (tokens.length < newLength) {
      tokens = Arrays.copyOf(tokens, newLength + newLength / 2 + 64);
    }
    for (int i = textLength; i < newLength; i++) {
      textSource = following(textSource, text[i]);
      tokens[i] = text[i];
    }
    textLength = newLength;
    length = newLength;
    index();
    if (textSource == NOWHERE) {
      textSource = find();
    }
    source = textSource;
  }

  @Override
  public int guess() {
    return source == NOWHERE ? NO_GUESS : tokens[source];
  }

  @Override
  public void suppose(int token) {
    source = following(source, token);
    if (length == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * length + 64);
    }
    tokens[length++] = token;
    if (source == NOWHERE) {
      source = find();
    }
  }

  private int following(int place, int token) {
    return place != NOWHERE && tokens[place] == token ? place + 1 : NOWHERE;
  }

  /** The runs at the very end get no place yet: nothing follows them. */
  private void index() {
    if (places.length < 4 * length) {
      places = new int[Integer.highestOneBit(Math.max(64, 4 * length)) * 2];
      indexed = 0;
    }
    while (indexed < textLength - 1) {
      indexed++;
      for (int run = SHORTEST; run <= Math.min(LONGEST, indexed); run++) {
        places[slot(indexed, run)] = indexed;
      }
    }
  }

  private int find() {
    for (int run = Math.min(LONGEST, length - 1); run >= SHORTEST; run--) {
      int place = places[slot(length, run)];
      if (place >= run
          && Arrays.equals(tokens, place - run, place, tokens, length - run, length)) {
        return place;
      }
    }
    return NOWHERE;
  }

  private int slot(int end, int run) {
    int hash = run;
    for (int i = end - run; i < end; i++) {
      hash = (hash + tokens[i]) * 0x9E3779B1;
      hash ^= hash >>> 15;
    }
    return hash & (places.length - 1);
  }
}
