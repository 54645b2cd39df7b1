package org.codeaudit.generate.grammar;

import org.codeaudit.generate.request.OutputGrammar;
import org.codeaudit.model.AllowedTokens;

/** An answer of one token out of a few, whose log probability among them is a score. */
public final class OneToken implements OutputGrammar {
  private static final int[] NOTHING = {};

  private final int[] ids;
  private boolean chosen;

  /**
   * @param ids at least two, distinct
   */
  public OneToken(int... ids) {
    this(ids.clone(), false);
    if (ids.length < 2) {
      throw new IllegalArgumentException("a choice needs two tokens at least");
    }
  }

  private OneToken(int[] ids, boolean chosen) {
    this.ids = ids;
    this.chosen = chosen;
  }

  /** Never forces: a forced token would have no probability. */
  @Override
  public int[] forced() {
    return NOTHING;
  }

  @Override
  public AllowedTokens allowed() {
    return new AllowedTokens.Only(ids);
  }

  @Override
  public void accept(int token) {
    for (int id : ids) {
      if (id == token && !chosen) {
        chosen = true;
        return;
      }
    }
    throw new IllegalArgumentException("token " + token + " may not come here");
  }

  @Override
  public OutputGrammar copy() {
    return new OneToken(ids, chosen);
  }

  @Override
  public boolean complete() {
    return chosen;
  }
}
