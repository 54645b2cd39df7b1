package org.codeaudit.generate.answer;

/**
 * Guesses how a text continues. One per sequence, used by one thread. Its guesses decide how fast
 * an answer comes, never what it is: every guess is verified.
 */
public interface Drafter {
  /** What {@link #guess} returns where it has no guess. */
  int NO_GUESS = -1;

  /** One that never guesses. */
  Drafter NONE =
      new Drafter() {
        @Override
        public void follow(int[] tokens, int length) {}

        @Override
        public int guess() {
          return NO_GUESS;
        }

        @Override
        public void suppose(int token) {}
      };

  /**
   * Takes up a text that has only grown since the last call, and drops all suppositions.
   *
   * @param tokens the text; the array may be longer
   * @param length tokens of the text
   */
  void follow(int[] tokens, int length);

  /** The token that may come after the text and what is supposed to follow it. */
  int guess();

  /** Supposes that this token comes next, whether it was guessed or not. */
  void suppose(int token);
}
