package org.codeaudit.syntax;

import java.util.BitSet;
import java.util.Optional;

/**
 * Code as a compiler reads it: without comments, whatever they claim. Python's strings that stand
 * alone as a statement are comments too.
 */
public final class CodeWithoutComments {
  private CodeWithoutComments() {}

  /**
   * The text without its comments, with as many lines: a line that held nothing else is empty, and
   * white space before a comment at the end of a line goes with it. Strings stay as they are.
   *
   * @param language lower-case name as of {@link org.codeaudit.change.FileChange}
   * @return empty where the text cannot be parsed, see {@link ParsedCode#parse}
   */
  public static Optional<String> of(String language, String text) {
    return ParsedCode.parse(language, text).map(CodeWithoutComments::of);
  }

  /** The text of the code without its comments, as {@link #of(String, String)} says. */
  public static String of(ParsedCode code) {
    BitSet comments = Comments.characters(code, true);
    if (comments.isEmpty()) {
      return code.text();
    }
    String text = code.text();
    StringBuilder kept = new StringBuilder(text.length());
    int lineStart = 0;
    while (lineStart <= text.length()) {
      int lineEnd = text.indexOf('\n', lineStart);
      lineEnd = lineEnd < 0 ? text.length() : lineEnd;
      addLine(kept, text, lineStart, lineEnd, comments);
      if (lineEnd < text.length()) {
        kept.append('\n');
      }
      lineStart = lineEnd + 1;
    }
    return kept.toString();
  }

  private static void addLine(
      StringBuilder kept, String text, int start, int end, BitSet comments) {
    int comment = comments.nextSetBit(start);
    if (comment < 0 || comment >= end) {
      kept.append(text, start, end);
      return;
    }
    boolean returns = end > start && text.charAt(end - 1) == '\r';
    int last = returns ? end - 1 : end;
    int lineStart = kept.length();
    for (int at = start; at < last; ) {
      int from = Math.min(last, comments.nextClearBit(at));
      boolean parted =
          from > at
              && from < last
              && kept.length() > lineStart
              && !Character.isWhitespace(kept.charAt(kept.length() - 1))
              && !Character.isWhitespace(text.charAt(from));
      if (parted) {
        kept.append(' ');
      }
      int next = comments.nextSetBit(from);
      int to = next < 0 ? last : Math.min(last, next);
      kept.append(text, from, to);
      at = to;
    }
    int length = kept.length();
    while (length > lineStart && Character.isWhitespace(kept.charAt(length - 1))) {
      length--;
    }
    kept.setLength(length);
    if (returns) {
      kept.append('\r');
    }
  }
}
