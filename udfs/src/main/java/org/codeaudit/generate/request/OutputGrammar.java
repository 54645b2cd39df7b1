package org.codeaudit.generate.request;

import org.codeaudit.model.AllowedTokens;

/**
 * Which tokens may follow in one answer. Stateful, one per sequence, used by one thread. The engine
 * first appends {@link #forced()} if there is any (and accepts each of them), then asks for {@link
 * #allowed()}, has the model choose, and accepts the choice; until {@link #complete()}.
 */
public interface OutputGrammar {

  /** The ids that must come next whatever the model thinks; empty if there is a choice. */
  int[] forced();

  /** The ids that may come next; asked only when nothing is forced and the answer is incomplete. */
  AllowedTokens allowed();

  /**
   * Moves past a token.
   *
   * @throws IllegalArgumentException if the grammar does not allow it here
   */
  void accept(int token);

  /** Another grammar that stands where this one stands and goes its own way from here. */
  OutputGrammar copy();

  /** Whether the answer is whole and ends here. */
  boolean complete();
}
