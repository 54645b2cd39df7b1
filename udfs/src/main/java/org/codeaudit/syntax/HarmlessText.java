package org.codeaudit.syntax;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text as the native parser may see it: one ASCII byte for each character, so that its offsets
 * are those of the text, without control characters, and within what the grammars' hand-written
 * scanners can hold. Three of them keep what is open (indentations, string templates, heredocs) in
 * a buffer of 1,024 bytes and end the process where it runs over; a text that could do that is
 * refused. The bounds are far below the buffer and far above real code.
 */
final class HarmlessText {
  /** Longer text is not parsed. */
  static final int MOST_CHARACTERS = 500_000;

  /** Python: two bytes each, beside up to 255 open brackets and quotes. */
  private static final int MOST_INDENTATIONS = 250;

  /** Kotlin: a string inside a string needs a template, one byte each. */
  private static final int MOST_TEMPLATES = 800;

  /** Ruby: a heredoc takes its word and four bytes, of which one is the word's length. */
  private static final int MOST_OPEN_HEREDOC_BYTES = 600;

  private static final int HEREDOC_BYTES = 4;
  private static final int LONGEST_HEREDOC_WORD = 200;

  private static final Pattern HEREDOC = Pattern.compile("<<[~-]?+(?:([\"'`])|(\\w++))");

  private HarmlessText() {}

  /** The bytes to parse; empty if the text is too long or could harm the grammar's scanner. */
  static Optional<byte[]> of(String text, Grammar grammar) {
    if (text.length() > MOST_CHARACTERS) {
      return Optional.empty();
    }
    boolean harmless =
        switch (grammar) {
          case PYTHON -> indentations(text) <= MOST_INDENTATIONS;
          case KOTLIN -> templates(text) <= MOST_TEMPLATES;
          case RUBY -> openHeredocBytes(text) <= MOST_OPEN_HEREDOC_BYTES;
          default -> true;
        };
    return harmless ? Optional.of(bytes(text)) : Optional.empty();
  }

  private static byte[] bytes(String text) {
    byte[] bytes = new byte[text.length()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) standIn(text.charAt(i));
    }
    return bytes;
  }

  private static char standIn(char character) {
    if (character >= ' ' && character < 127 || "\n\r\t".indexOf(character) >= 0) {
      return character;
    }
    boolean blank =
        character < 128 || Character.isWhitespace(character) || Character.isSpaceChar(character);
    return blank || character == '\uFEFF' ? ' ' : 'a';
  }

  /** How many different widths lines begin with: no more indentations can be open at once. */
  private static int indentations(String text) {
    BitSet widths = new BitSet();
    int width = 0;
    boolean atStart = true;
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (character == '\n') {
        atStart = true;
        width = 0;
      } else if (atStart && character == '\t') {
        width += 8;
      } else if (atStart && standIn(character) == ' ') {
        width++;
      } else if (atStart) {
        atStart = false;
        widths.set(width);
      }
    }
    return widths.cardinality();
  }

  private static long templates(String text) {
    return text.chars().filter(character -> character == '$').count();
  }

  /** The most bytes that heredocs begun and not ended take at any line; of odd words, too many. */
  private static long openHeredocBytes(String text) {
    List<String> open = new ArrayList<>();
    long bytes = 0;
    long most = 0;
    int lineStart = text.contains("<<") ? 0 : text.length();
    while (lineStart < text.length() && most <= MOST_OPEN_HEREDOC_BYTES) {
      int lineEnd = text.indexOf('\n', lineStart);
      lineEnd = lineEnd < 0 ? text.length() : lineEnd;
      String line = text.substring(lineStart, lineEnd).strip();
      bytes -= open.remove(line) ? line.length() + HEREDOC_BYTES : 0;
      Matcher heredoc = HEREDOC.matcher(text).region(lineStart, lineEnd);
      while (heredoc.find()) {
        boolean quoted = heredoc.group(1) != null;
        int start = quoted ? heredoc.end(1) : heredoc.start(2);
        int end = quoted ? text.indexOf(heredoc.group(1), start) : heredoc.end(2);
        if (end < 0 || end - start > LONGEST_HEREDOC_WORD) {
          return Long.MAX_VALUE;
        }
        open.add(text.substring(start, end));
        bytes += end - start + HEREDOC_BYTES;
      }
      most = Math.max(most, bytes);
      lineStart = lineEnd + 1;
    }
    return most;
  }
}
