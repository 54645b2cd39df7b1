package org.codeaudit.token;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a huge text into parts that can be tokenised one after the other with bounded memory.
 *
 * <p>The ids of the parts are those of the whole wherever a cut can be made between a line break
 * and a letter, or before a space between two words: every pre-tokeniser of the families we know
 * splits there anyway. Where a text offers neither for {@value #SEARCH} characters (a line of base
 * 64, a file of NULs) it is cut between two characters, and one token may be split in two.
 */
final class TextChunks {
  static final int CHUNK = 1 << 18;
  static final int SEARCH = 1 << 16;

  private TextChunks() {}

  static List<String> of(String text) {
    if (text.length() <= CHUNK) {
      return List.of(text);
    }
    List<String> chunks = new ArrayList<>();
    int from = 0;
    while (text.length() - from > CHUNK) {
      int to = cut(text, from + CHUNK);
      chunks.add(text.substring(from, to));
      from = to;
    }
    chunks.add(text.substring(from));
    return chunks;
  }

  private static int cut(String text, int limit) {
    for (int at = limit; at > limit - SEARCH; at--) {
      if (betweenLines(text, at)) {
        return at;
      }
    }
    for (int at = limit; at > limit - SEARCH; at--) {
      if (betweenWords(text, at)) {
        return at;
      }
    }
    int at = limit;
    while (at > limit - SEARCH && !betweenCharacters(text, at)) {
      at--;
    }
    return at > limit - SEARCH
        ? at
        : limit - (Character.isLowSurrogate(text.charAt(limit)) ? 1 : 0);
  }

  /** After exactly one line break, before a letter; white space would belong to a longer token. */
  private static boolean betweenLines(String text, int at) {
    return text.charAt(at - 1) == '\n'
        && letter(text.charAt(at))
        && !Character.isWhitespace(text.charAt(at - 2));
  }

  private static boolean betweenWords(String text, int at) {
    return text.charAt(at) == ' ' && letter(text.charAt(at - 1)) && letter(text.charAt(at + 1));
  }

  /** Not within a surrogate pair, nor before a mark that a normalizer may compose with its base. */
  private static boolean betweenCharacters(String text, int at) {
    int type = Character.getType(text.codePointAt(at));
    return !Character.isLowSurrogate(text.charAt(at))
        && type != Character.NON_SPACING_MARK
        && type != Character.COMBINING_SPACING_MARK
        && type != Character.ENCLOSING_MARK;
  }

  private static boolean letter(char character) {
    return character >= 'a' && character <= 'z' || character >= 'A' && character <= 'Z';
  }
}
