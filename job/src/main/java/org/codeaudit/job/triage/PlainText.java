package org.codeaudit.job.triage;

import java.util.regex.Pattern;

/**
 * Texts of other tools as parts of a question: one line, of a length that leaves room for the code,
 * without what questions and code are set off by.
 */
final class PlainText {
  private static final Pattern LINK =
      Pattern.compile("\\[([^\\[\\]]{0,300})\\]\\([^()\\s]{0,300}\\)");

  private PlainText() {}

  /**
   * At most so many characters of a text, with an ellipsis if there are more. Of links to other
   * locations, as CodeQL writes them, the words stay.
   */
  static String of(String text, int most) {
    String line =
        LINK.matcher(shortened(text, 4 * most))
            .replaceAll("$1")
            .replace('`', '\'')
            .replace('"', '\'')
            .replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\s]+", " ")
            .strip();
    return shortened(line, most);
  }

  private static String shortened(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    boolean splitsPair = Character.isHighSurrogate(text.charAt(most - 2));
    return text.substring(0, splitsPair ? most - 2 : most - 1) + "…";
  }

  /** A text that ends a sentence. */
  static String sentence(String text, int most) {
    String line = of(text, most);
    return line.isEmpty() || line.matches(".*[.!?…]") ? line : line + ".";
  }

  /** A text within a sentence: without the full stop at its end. */
  static String clause(String text, int most) {
    return of(text, most).replaceFirst("[.\\s]+$", "");
  }
}
