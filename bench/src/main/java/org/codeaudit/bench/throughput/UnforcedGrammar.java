package org.codeaudit.bench.throughput;

import org.codeaudit.generate.request.OutputGrammar;
import org.codeaudit.model.AllowedTokens;

/**
 * A grammar of the same answers that never forces a token: where another one would, the model is
 * asked and has no choice.
 */
record UnforcedGrammar(OutputGrammar grammar) implements OutputGrammar {
  private static final int[] NOTHING = {};

  @Override
  public int[] forced() {
    return NOTHING;
  }

  @Override
  public AllowedTokens allowed() {
    int[] forced = grammar.forced();
    return forced.length == 0 ? grammar.allowed() : new AllowedTokens.Only(new int[] {forced[0]});
  }

  @Override
  public void accept(int token) {
    grammar.accept(token);
  }

  @Override
  public OutputGrammar copy() {
    return new UnforcedGrammar(grammar.copy());
  }

  @Override
  public boolean complete() {
    return grammar.complete();
  }
}
