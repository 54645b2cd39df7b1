package org.codeaudit.placement;

/**
 * The largest step of a model.
 *
 * @param tokens of all sequences together
 * @param sequences the most that run at once, each of which may choose a token
 */
public record StepSize(int tokens, int sequences) {
  /** What the engine does if nobody says otherwise. */
  public static final StepSize DEFAULT = ofBatch(16);

  /** The step of an engine that runs so many sequences at once. */
  public static StepSize ofBatch(int sequences) {
    return new StepSize(Math.max(512, sequences), sequences);
  }

  /** Tokens that are guessed behind an answer at most, each of which chooses another. */
  static final int DRAFT = 16;

  /**
   * Rows of logits.
   *
   * @param drafts whether the model can verify guesses
   */
  long choices(boolean drafts) {
    return drafts ? Math.min(tokens, (1L + DRAFT) * sequences) : sequences;
  }

  public StepSize {
    if (sequences < 1 || tokens < sequences) {
      throw new IllegalArgumentException(tokens + " tokens of " + sequences + " sequences");
    }
  }
}
