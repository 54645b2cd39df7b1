package org.codeaudit.generate.grammar;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;

/** Lines of code that an answer can quote: stripped, without duplicates, up to a length. */
final class Quotes {
  private Quotes() {}

  /** As they are in the code. */
  static List<byte[]> plain(Vocabulary vocabulary, List<String> lines, int longest) {
    return of(vocabulary, lines, longest, line -> line.getBytes(StandardCharsets.UTF_8));
  }

  /** As they are written inside a JSON string. */
  static List<byte[]> json(Vocabulary vocabulary, List<String> lines, int longest) {
    return of(vocabulary, lines, longest, JsonStringEncoder.getInstance()::quoteAsUTF8);
  }

  private static List<byte[]> of(
      Vocabulary vocabulary, List<String> lines, int longest, Function<String, byte[]> written) {
    return lines.stream()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && line.length() <= longest)
        .distinct()
        .filter(Quotes::hasUtf8)
        .map(written)
        .filter(bytes -> bytes.length <= longest && vocabulary.spells(bytes))
        .toList();
  }

  /** Half a surrogate pair cannot be encoded. */
  private static boolean hasUtf8(String text) {
    for (int at = 0; at < text.length(); at++) {
      if (Character.isSurrogate(text.charAt(at))) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
      }
    }
    return true;
  }
}
