package org.codeaudit.token;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a text into passages that are tokenised one after the other: with bounded memory, and once
 * where several texts have a passage in common.
 *
 * <p>The ids of the passages are those of the whole wherever a cut can be made between a single
 * line break and what begins a line, or before a space between two words: the pre-tokenisers of
 * byte-level BPE split there anyway, and elsewhere no merge crosses a cut between two characters
 * that stand side by side in no token. Where a text offers neither for {@value #SEARCH} characters
 * (a line of base 64, a file of NULs) it is cut between two characters, and one token may be split
 * in two.
 */
final class Passages {
  static final int LONGEST = 1 << 18;
  static final int SEARCH = 1 << 16;

  private Passages() {}

  /**
   * The passages of a text, in order; none of an empty one.
   *
   * @param atLines whether to cut wherever a line begins, not only where a passage gets too long
   */
  static List<String> of(String text, boolean atLines) {
    List<String> passages = new ArrayList<>();
    int from = 0;
    for (int at = 2; at < text.length(); at++) {
      int to = from;
      if (atLines && betweenLines(text, at)) {
        to = at;
      } else if (at - from == LONGEST) {
        to = cut(text, at);
      }
      if (to > from) {
        passages.add(text.substring(from, to));
        from = to;
      }
    }
    if (from < text.length()) {
      passages.add(text.substring(from));
    }
    return passages;
  }

  private static int cut(String text, int limit) {
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

  /** After exactly one line break: white space would belong to a longer token. */
  private static boolean betweenLines(String text, int at) {
    return text.charAt(at - 1) == '\n'
        && beginsLine(text.charAt(at))
        && !Character.isWhitespace(text.charAt(at - 2));
  }

  /**
   * Whether a text may be cut between a line break and this character: neither white space nor a
   * slash, which some families take into one token with the line break.
   */
  static boolean beginsLine(int character) {
    return character > ' ' && character < 0x7f && character != '/';
  }

  private static boolean betweenWords(String text, int at) {
    return text.charAt(at) == ' '
        && at + 1 < text.length()
        && letter(text.charAt(at - 1))
        && letter(text.charAt(at + 1));
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
