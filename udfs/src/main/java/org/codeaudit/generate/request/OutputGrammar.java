package org.codeaudit.generate.request;

import org.codeaudit.model.AllowedTokens;

/**
 * Constrains one answer: tells which tokens may come next. Stateful, one per sequence, used by one
 * thread. Until it is {@link #complete()}, the engine appends and accepts the {@link #forced()}
 * tokens if there are any, then has the model choose among the {@link #allowed()} ones and accepts
 * the choice.
 */
public interface OutputGrammar {

  /** The ids that must come next without a choice; empty if there is a choice. */
  int[] forced();

  /** The ids that may come next; asked only when nothing is forced and the answer is incomplete. */
  AllowedTokens allowed();

  /**
   * Takes the next token of the answer.
   *
   * @throws IllegalArgumentException if the grammar does not allow it here
   */
  void accept(int token);

  /** An independent copy in the same state. */
  OutputGrammar copy();

  /** Whether the answer is complete and ends here. */
  boolean complete();
}
