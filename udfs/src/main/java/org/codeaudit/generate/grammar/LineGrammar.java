package org.codeaudit.generate.grammar;

import java.util.List;
import java.util.Optional;
import org.codeaudit.generate.request.OutputGrammar;
import org.codeaudit.token.Tokenizer;

/** An answer that is one of several lines of code and a line break. */
public final class LineGrammar {
  private LineGrammar() {}

  /**
   * A fresh grammar for one answer; empty if the tokenizer can spell none of the lines.
   *
   * @param lines stripped before they are offered; those longer than so many bytes are not
   */
  public static Optional<OutputGrammar> create(
      Tokenizer tokenizer, List<String> lines, int longest) {
    List<byte[]> choices = Quotes.plain(Vocabulary.of(tokenizer), lines, longest);
    return choices.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ByteGrammar(
                tokenizer, Element.sequence(Element.oneOf(choices), Element.literal("\n"))));
  }
}
