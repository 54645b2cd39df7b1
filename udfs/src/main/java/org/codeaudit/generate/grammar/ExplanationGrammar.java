package org.codeaudit.generate.grammar;

import org.codeaudit.generate.request.OutputGrammar;
import org.codeaudit.token.Tokenizer;

/** The explanation of one finding, as compact JSON: {@code {"message":"…","suggestion":"…"}}. */
public final class ExplanationGrammar {
  private ExplanationGrammar() {}

  /** A fresh grammar for one answer. */
  public static OutputGrammar create(Tokenizer tokenizer, FindingsLimits limits) {
    return new ByteGrammar(
        tokenizer,
        Element.sequence(
            Element.literal("{\"message\":\""),
            Element.jsonText(1, limits.messageBytes()),
            Element.literal("\",\"suggestion\":\""),
            Element.jsonText(0, limits.suggestionBytes()),
            Element.literal("\"}")));
  }
}
