package org.codeaudit.token.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Python's string operations on texts; every character keeps its origin. */
final class Strings {
  private Strings() {}

  static Text upper(Text text) {
    return text.map(run -> run.toUpperCase(Locale.ROOT));
  }

  static Text lower(Text text) {
    return text.map(run -> run.toLowerCase(Locale.ROOT));
  }

  static Text title(Text text) {
    Text.Builder title = new Text.Builder();
    boolean inWord = false;
    for (Text.Run run : text.runs()) {
      String characters = run.characters();
      title.append(Python.title(characters, inWord), run.trusted());
      inWord = Python.isCased(characters.codePointBefore(characters.length()));
    }
    return title.build();
  }

  /** Jinja's own idea of titles: words begin after white space and {@code -({[<} only. */
  static Text filterTitle(Text text) {
    Text.Builder title = new Text.Builder();
    boolean begins = true;
    for (Text.Run run : text.runs()) {
      for (int character : run.characters().codePoints().toArray()) {
        String one = Character.toString(character);
        Locale root = Locale.ROOT;
        title.append(begins ? one.toUpperCase(root) : one.toLowerCase(root), run.trusted());
        begins = Python.isSpace(character) || "-({[<".indexOf(character) >= 0;
      }
    }
    return title.build();
  }

  static Text capitalize(Text text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.toString().offsetByCodePoints(0, 1);
    Text head = text.substring(0, first).map(run -> Python.title(run, false));
    return head.concat(lower(text.substring(first, text.length())));
  }

  /** Strips the given characters, or white space for null. */
  static Text strip(Text text, String characters, boolean left, boolean right) {
    String all = text.toString();
    int start = 0;
    int end = all.length();
    while (left && start < end && strips(all.codePointAt(start), characters)) {
      start += Character.charCount(all.codePointAt(start));
    }
    while (right && start < end && strips(all.codePointBefore(end), characters)) {
      end -= Character.charCount(all.codePointBefore(end));
    }
    return text.substring(start, end);
  }

  private static boolean strips(int character, String characters) {
    return characters == null ? Python.isSpace(character) : characters.indexOf(character) >= 0;
  }

  /** At most {@code limit} cuts, or any number if it is negative. */
  static List<Object> split(
      Text text, String separator, int limit, boolean fromRight, Context context) {
    if (separator.isEmpty()) {
      throw context.error("split takes a separator that is not empty");
    }
    String all = text.toString();
    List<Object> parts = new ArrayList<>();
    int cuts = limit < 0 ? Integer.MAX_VALUE : limit;
    if (fromRight) {
      int end = all.length();
      for (int at; parts.size() < cuts && end > 0; end = at) {
        context.budget().step();
        at = all.lastIndexOf(separator, end - separator.length());
        if (at < 0 || end < separator.length()) {
          break;
        }
        parts.add(text.substring(at + separator.length(), end));
      }
      parts.add(text.substring(0, end));
      Collections.reverse(parts);
      return parts;
    }
    int start = 0;
    for (int at; parts.size() < cuts && (at = all.indexOf(separator, start)) >= 0; ) {
      context.budget().step();
      parts.add(text.substring(start, at));
      start = at + separator.length();
    }
    parts.add(text.substring(start, all.length()));
    return parts;
  }

  /** {@code split()}: at runs of white space, without empty parts. */
  static List<Object> splitAtSpace(Text text, int limit, boolean fromRight, Context context) {
    if (fromRight && limit >= 0) {
      throw context.unsupported("rsplit at white space with a limit");
    }
    String all = text.toString();
    List<Object> parts = new ArrayList<>();
    int at = 0;
    while (true) {
      while (at < all.length() && Python.isSpace(all.charAt(at))) {
        at++;
      }
      if (at == all.length()) {
        return parts;
      }
      if (limit >= 0 && parts.size() == limit) {
        parts.add(text.substring(at, all.length()));
        return parts;
      }
      context.budget().step();
      int start = at;
      while (at < all.length() && !Python.isSpace(all.charAt(at))) {
        at++;
      }
      parts.add(text.substring(start, at));
    }
  }

  static List<Object> lines(Text text, boolean keepEnds, Context context) {
    String all = text.toString();
    List<Object> lines = new ArrayList<>();
    int start = 0;
    while (start < all.length()) {
      context.budget().step();
      int end = start;
      while (end < all.length() && !breaksLine(all.charAt(end))) {
        end++;
      }
      int next = Math.min(all.length(), end + (all.startsWith("\r\n", end) ? 2 : 1));
      lines.add(text.substring(start, keepEnds ? next : end));
      start = next;
    }
    return lines;
  }

  private static boolean breaksLine(char character) {
    return character >= '\n' && character <= '\r'
        || character >= 0x1C && character <= 0x1E
        || character == 0x85
        || character == 0x2028
        || character == 0x2029;
  }

  static Text replace(Text text, String old, Text replacement, int count, Context context) {
    if (old.isEmpty()) {
      throw context.unsupported("replace of an empty string");
    }
    return join(replacement, split(text, old, count, false, context), context);
  }

  /** Puts texts together with a separator. */
  static Text join(Text separator, List<?> parts, Context context) {
    Text.Builder joined = new Text.Builder();
    int counted = 0;
    for (int at = 0; at < parts.size(); at++) {
      if (at > 0) {
        joined.append(separator);
      }
      joined.append((Text) parts.get(at));
      context.budget().characters(joined.length() - counted);
      counted = joined.length();
    }
    return joined.build();
  }
}
