package org.codeaudit.syntax;

import java.nio.charset.StandardCharsets;
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

  private static final Pattern HEREDOC = Pattern.compile("<<[~-]?+(?:([\"'`])(.*?)\\1|(\\w++))");

  /** Signs before what no heredoc begins with, though the grammar takes it for one. */
  private static final Pattern NO_HEREDOC =
      Pattern.compile("<<(?=[~-]?+(?:([\"'`])(?!.{0,200}?\\1)|\\w{200}))");

  private HarmlessText() {}

  /** The bytes to parse; empty if the text is too long or could harm the grammar's scanner. */
  static Optional<byte[]> of(String text, Grammar grammar) {
    if (text.length() > MOST_CHARACTERS) {
      return Optional.empty();
    }
    byte[] bytes = bytes(text);
    return switch (grammar) {
      case PYTHON -> Optional.of(bytes).filter(all -> indentations(text) <= MOST_INDENTATIONS);
      case KOTLIN -> Optional.of(bytes).filter(all -> templates(text) <= MOST_TEMPLATES);
      // Counted is what the scanner sees: letters of every script are letters to it.
      case RUBY -> withoutOddHeredocs(new String(bytes, StandardCharsets.US_ASCII));
      default -> Optional.of(bytes);
    };
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

  private static Optional<byte[]> withoutOddHeredocs(String text) {
    // Still an operator between two values, and as long.
    String plain = NO_HEREDOC.matcher(text).replaceAll("+ ");
    return openHeredocBytes(plain) > MOST_OPEN_HEREDOC_BYTES
        ? Optional.empty()
        : Optional.of(plain.getBytes(StandardCharsets.US_ASCII));
  }

  /** The most bytes that heredocs begun and not ended take at any line. */
  private static long openHeredocBytes(String text) {
    List<String> open = new ArrayList<>();
    long bytes = 0;
    long most = 0;
    Matcher heredoc = HEREDOC.matcher(text);
    int lineStart = text.contains("<<") ? 0 : text.length();
    while (lineStart < text.length() && most <= MOST_OPEN_HEREDOC_BYTES) {
      int lineEnd = text.indexOf('\n', lineStart);
      lineEnd = lineEnd < 0 ? text.length() : lineEnd;
      String line = text.substring(lineStart, lineEnd).strip();
      bytes -= open.remove(line) ? line.length() + HEREDOC_BYTES : 0;
      heredoc.region(lineStart, lineEnd);
      while (heredoc.find()) {
        String word = heredoc.group(1) == null ? heredoc.group(3) : heredoc.group(2);
        open.add(word);
        bytes += word.length() + HEREDOC_BYTES;
      }
      most = Math.max(most, bytes);
      lineStart = lineEnd + 1;
    }
    return most;
  }
}
