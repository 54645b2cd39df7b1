package org.codeaudit.generate.answer;

import java.util.Arrays;

/**
 * Guesses that a text repeats itself: it looks up the last place where the latest tokens occurred
 * before, and copies what followed them there for as long as the guesses are right. The idea is
 * prompt lookup decoding (Saxena, 2023). Looking up and adding a token take constant time; the
 * memory is at most eighteen integers a token.
 */
public final class PromptLookup implements Drafter {
  /** The latest tokens that are looked up; fewer if this run has not occurred before. */
  private static final int LONGEST = 3;

  /** A single token occurs too often to tell what follows. */
  private static final int SHORTEST = 2;

  private static final int NOWHERE = -1;

  /** The text, then what is supposed to follow. */
  private int[] tokens = new int[0];

  private int length;
  private int textLength;

  /**
   * For each length of runs a hash table of the position after the run's last occurrence; 0 is a
   * free slot. The runs themselves are compared in the text.
   */
  private int[][] places = new int[LONGEST + 1][0];

  /** Runs of tokens that end at this position or before are in the tables. */
  private int indexed;

  /** The position that the next token after the text is copied from; and after suppositions. */
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

  /** The runs at the very end are not entered yet: nothing follows them. */
  private void index() {
    if (places[LONGEST].length < 2 * length) {
      int slots = Integer.highestOneBit(Math.max(64, 2 * length)) * 2;
      for (int run = SHORTEST; run <= LONGEST; run++) {
        places[run] = new int[slots];
      }
      indexed = 0;
    }
    while (indexed < textLength - 1) {
      indexed++;
      for (int run = SHORTEST; run <= Math.min(LONGEST, indexed); run++) {
        places[run][slot(indexed, run)] = indexed;
      }
    }
  }

  private int find() {
    for (int run = Math.min(LONGEST, length - 1); run >= SHORTEST; run--) {
      int place = places[run][slot(length, run)];
      if (place > 0) {
        return place;
      }
    }
    return NOWHERE;
  }

  /** The slot of the run that ends before a position: where it is entered, or else a free one. */
  private int slot(int end, int run) {
    int[] table = places[run];
    int slot = hash(end, run) & (table.length - 1);
    while (table[slot] > 0
        && !Arrays.equals(tokens, table[slot] - run, table[slot], tokens, end - run, end)) {
      slot = (slot + 1) & (table.length - 1);
    }
    return slot;
  }

  private int hash(int end, int run) {
    int hash = 0;
    for (int i = end - run; i < end; i++) {
      hash = (hash + tokens[i]) * 0x9E3779B1;
      hash ^= hash >>> 15;
    }
    return hash;
  }
}
