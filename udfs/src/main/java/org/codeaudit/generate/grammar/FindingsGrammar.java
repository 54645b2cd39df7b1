package org.codeaudit.generate.grammar;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.List;
import java.util.Optional;
import org.codeaudit.generate.request.OutputGrammar;
import org.codeaudit.token.Tokenizer;

/**
 * The answer of a review, as compact JSON and nothing else: {@code
 * {"findings":[{"quote":"…","message":"…","suggestion":"…","category":"…","severity":"…"},…]}}.
 *
 * <p>A quote is one of the unit's lines, so evidence exists; it comes first, so the judgement is
 * made after the evidence. An empty list is legal.
 */
public final class FindingsGrammar {
  /**
   * The beginning of every answer. It cannot occur elsewhere in one, because quotation marks in
   * texts are escaped.
   */
  private static final String OPENING = "{\"findings\":[";

  private FindingsGrammar() {}

  /**
   * A fresh grammar for one answer.
   *
   * @param tokenizer of the model; its vocabulary is prepared at the first call (below a second)
   * @param lines of the unit; they are quoted without the whitespace around them, blank ones and
   *     those longer than the limit not at all. Without any, the list stays empty
   * @param categories at least one, none empty
   * @param severities at least one, none empty
   */
  public static OutputGrammar create(
      Tokenizer tokenizer,
      List<String> lines,
      List<String> categories,
      List<String> severities,
      FindingsLimits limits) {
    List<byte[]> quotes = Quotes.json(Vocabulary.of(tokenizer), lines, limits.quoteBytes());
    Element findings =
        quotes.isEmpty()
            ? Element.literal("")
            : Element.list(finding(quotes, categories, severities, limits), limits.findings());
    return new ByteGrammar(
        tokenizer, Element.sequence(Element.literal(OPENING), findings, Element.literal("]}")));
  }

  /**
   * The JSON of an answer that may begin with thoughts, complete or not; empty if it has not begun
   * yet.
   */
  public static Optional<String> json(String text) {
    int start = text.lastIndexOf(OPENING);
    return start < 0 ? Optional.empty() : Optional.of(text.substring(start));
  }

  private static Element finding(
      List<byte[]> quotes,
      List<String> categories,
      List<String> severities,
      FindingsLimits limits) {
    return Element.sequence(
        Element.literal("{\"quote\":\""),
        Element.oneOf(quotes),
        Element.literal("\",\"message\":\""),
        Element.jsonText(1, limits.messageBytes()),
        Element.literal("\",\"suggestion\":\""),
        Element.jsonText(0, limits.suggestionBytes()),
        Element.literal("\",\"category\":\""),
        Element.oneOf(categories.stream().map(FindingsGrammar::escaped).toList()),
        Element.literal("\",\"severity\":\""),
        Element.oneOf(severities.stream().map(FindingsGrammar::escaped).toList()),
        Element.literal("\"}"));
  }

  private static byte[] escaped(String text) {
    return JsonStringEncoder.getInstance().quoteAsUTF8(text);
  }
}
