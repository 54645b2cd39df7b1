package org.codeaudit.job.report;

import java.util.regex.Pattern;

/**
 * Text of repositories and models as it may be shown: what has no shape of its own, such as control
 * characters and marks that turn the direction of writing round, is named instead. Code must not
 * look other than it is.
 */
public final class VisibleText {
  /** Joiners stay: emoji and some scripts are written with them. */
  private static final Pattern SHAPELESS =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Zl}\\p{Zp}&&[^\\n\\t\\u200C\\u200D]]");

  private static final Pattern LINE_END = Pattern.compile("\\r\\n?");

  private VisibleText() {}

  /** Text of several lines; nothing for null. */
  public static String of(String text) {
    if (text == null) {
      return "";
    }
    String lines = LINE_END.matcher(text).replaceAll("\n");
    return SHAPELESS
        .matcher(lines)
        .replaceAll(match -> String.format("[U+%04X]", match.group().codePointAt(0)));
  }

  /** Text of one line, such as a path. */
  public static String line(String text) {
    return of(text).replace("\n", "[U+000A]").replace("\t", "[U+0009]");
  }
}
