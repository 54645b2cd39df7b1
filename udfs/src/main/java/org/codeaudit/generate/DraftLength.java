package org.codeaudit.generate;

/**
 * How many tokens are worth guessing behind one answer. Every choice tells whether the guess before
 * it was right, also where none was computed, so a text that begins to repeat is noticed for
 * nothing.
 */
final class DraftLength {
  /** The weight of the last guess in the chance of the next. */
  private static final double WEIGHT = 1 / 8.0;

  private static final double FIRST_CHANCE = 0.5;

  private double chance = FIRST_CHANCE;

  /** Notes whether a guess was right. */
  void guessed(boolean right) {
    chance += ((right ? 1 : 0) - chance) * WEIGHT;
  }

  /**
   * The most guesses of which the last is still as likely as this to be verified.
   *
   * @param least above 0, below 1
   */
  int tokens(double least) {
    return (int) (Math.log(least) / Math.log(Math.min(chance, 0.999)));
  }
}
