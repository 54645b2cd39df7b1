package org.codeaudit.finding;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text with its escapes of ASCII characters (four hexadecimal digits each) decoded, as a parser
 * of JSON or Java sees it; in JSON within JSON they have more backslashes.
 *
 * @param positions where each character, and the end, is in the text with escapes
 */
record UnescapedText(String text, int[] positions) {
  private static final Pattern ESCAPE = Pattern.compile("\\\\{1,4}+u00([2-7][0-9a-fA-F])");

  /** Empty if there are no such escapes. */
  static Optional<UnescapedText> of(String escaped) {
    if (!escaped.contains("\\u00")) {
      return Optional.empty();
    }
    StringBuilder text = new StringBuilder(escaped.length());
    int[] positions = new int[escaped.length() + 1];
    Matcher escape = ESCAPE.matcher(escaped);
    int from = 0;
    while (escape.find()) {
      copy(escaped, from, escape.start(), text, positions);
      positions[text.length()] = escape.start();
      text.append((char) Integer.parseInt(escape.group(1), 16));
      from = escape.end();
    }
    copy(escaped, from, escaped.length(), text, positions);
    positions[text.length()] = escaped.length();
    return Optional.of(
        new UnescapedText(text.toString(), Arrays.copyOf(positions, text.length() + 1)));
  }

  private static void copy(String from, int start, int end, StringBuilder to, int[] positions) {
    for (int at = start; at < end; at++) {
      positions[to.length()] = at;
      to.append(from.charAt(at));
    }
  }
}
