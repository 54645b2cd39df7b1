package org.codeaudit.job.report;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A piece of text that is shown in one way.
 *
 * @param kind the name of its class in the style sheet; empty for plain text
 */
public record Piece(String kind, String text) {
  /** Two backquotes with nothing between them stand for themselves. */
  private static final Pattern CODE = Pattern.compile("``|`([^`\\n]++)`");

  /** Prose of a model: what it puts in backquotes is code. Nothing for null. */
  public static List<Piece> prose(String text) {
    String visible = VisibleText.of(text).strip();
    List<Piece> pieces = new ArrayList<>();
    Matcher code = CODE.matcher(visible);
    int plain = 0;
    while (code.find()) {
      if (code.group(1) == null) {
        continue;
      }
      addPlain(pieces, visible.substring(plain, code.start()));
      pieces.add(new Piece("code", code.group(1)));
      plain = code.end();
    }
    addPlain(pieces, visible.substring(plain));
    return pieces;
  }

  private static void addPlain(List<Piece> pieces, String text) {
    if (!text.isEmpty()) {
      pieces.add(new Piece("", text));
    }
  }
}
