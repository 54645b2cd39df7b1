package org.codeaudit.job.report.request;

import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.codeaudit.job.report.Piece;
import org.codeaudit.job.report.VisibleText;

/**
 * Text of others in the Markdown of code hosts. They look for mentions, references and addresses in
 * what is shown, after the Markdown was read: so an escape alone is not enough, and a space without
 * width parts what they look for.
 */
final class MarkdownText {
  /** Written as an entity, so that it is seen in the source. */
  private static final String APART = "&#8203;";

  /** Before a character that is no space, one of these may begin something or stand inside it. */
  private static final String PARTED = "@#!~%$^&:/.-[{*?";

  /** A commit, perhaps abbreviated: hosts make a link of seven digits and more. */
  private static final Pattern COMMIT = Pattern.compile("(?<!\\p{Alnum})\\p{XDigit}{7,}");

  private static final Pattern SIX_OF_MORE = Pattern.compile("(.{6})(?=.)");
  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final Pattern BACKQUOTES = Pattern.compile("`+");

  private MarkdownText() {}

  /** A model's prose on one line; what it puts in backquotes is shown as code. */
  static String prose(String text, int most) {
    String line = SPACE.matcher(text.strip()).replaceAll(" ");
    return Piece.prose(shortened(line, most)).stream()
        .map(piece -> piece.kind().isEmpty() ? plain(piece.text()) : code(piece.text()))
        .collect(Collectors.joining());
  }

  /** Text in which nothing is markup, a mention or a link. */
  private static String plain(String text) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      escaped.append(escaped(c));
      boolean followed = i + 1 < text.length() && !Character.isWhitespace(text.charAt(i + 1));
      if (followed && PARTED.indexOf(c) >= 0) {
        escaped.append(APART);
      }
    }
    return COMMIT
        .matcher(escaped)
        .replaceAll(commit -> SIX_OF_MORE.matcher(commit.group()).replaceAll("$1" + APART));
  }

  private static String escaped(char c) {
    return switch (c) {
      case '&' -> "&amp;";
      case '<' -> "&lt;";
      case '>' -> "&gt;";
      default -> isPunctuation(c) ? "\\" + c : String.valueOf(c);
    };
  }

  private static boolean isPunctuation(char c) {
    return c > ' ' && c < 0x7f && !Character.isLetterOrDigit(c);
  }

  /** A span of code on one line; hosts look for nothing in it. */
  static String code(String text) {
    String line = VisibleText.line(text);
    int longest =
        Stream.concat(
                Stream.of(0), BACKQUOTES.matcher(line).results().map(run -> run.group().length()))
            .max(Integer::compare)
            .get();
    String fence = "`".repeat(longest + 1);
    boolean padded = line.isBlank() || line.startsWith("`") || line.endsWith("`");
    String pad = padded || (line.startsWith(" ") && line.endsWith(" ")) ? " " : "";
    return fence + pad + line + pad + fence;
  }

  /** At most so many characters, and a sign if there were more. */
  static String shortened(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    boolean splitsPair = Character.isHighSurrogate(text.charAt(most - 2));
    return text.substring(0, splitsPair ? most - 2 : most - 1) + "…";
  }
}
