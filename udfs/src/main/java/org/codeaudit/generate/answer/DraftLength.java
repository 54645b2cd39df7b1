package org.codeaudit.generate.answer;

/**
 * How many tokens are worth guessing behind one answer. Every choice tells whether the guess for
 * its position was right, even where the guess was not computed. So text that begins to repeat
 * itself is noticed at no cost.
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
   * The longest draft whose last token is accepted with at least this probability.
   *
   * @param least above 0, below 1
   */
  int tokens(double least) {
    return (int) (Math.log(least) / Math.log(Math.min(chance, 0.999)));
  }
}
