package org.codeaudit.prompt;

import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The places of a text that values are put into: <code>{{name}}</code>. Values are put in in one
 * pass: braces in a value are only text.
 */
public final class Placeholders {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{ *([^{}\\n]*?) *}}");
  private static final String OPEN = "{{";

  private Placeholders() {}

  /** The names in a text, each once, in their order. */
  public static List<String> names(String text) {
    return PLACEHOLDER.matcher(text).results().map(found -> found.group(1)).distinct().toList();
  }

  /**
   * The text with values in its places.
   *
   * @param value by name
   */
  public static String fill(String text, Function<String, String> value) {
    StringBuilder filled = new StringBuilder(text.length());
    Matcher placeholder = PLACEHOLDER.matcher(text);
    int from = 0;
    int open = text.indexOf(OPEN);
    while (open >= 0) {
      int next = open + 1;
      if (placeholder.region(open, text.length()).lookingAt()) {
        filled.append(text, from, open).append(value.apply(placeholder.group(1)));
        from = placeholder.end();
        next = from;
      }
      open = text.indexOf(OPEN, next);
    }
    return filled.append(text, from, text.length()).toString();
  }
}
