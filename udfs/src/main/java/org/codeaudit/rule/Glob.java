package org.codeaudit.rule;

import java.util.ArrayList;
import java.util.List;

/**
 * A pattern of paths, as {@code .gitignore} has them: without a slash, but for one at its end, it
 * is the name of a file or folder at any depth, else a path from the root on. {@code *} and {@code
 * ?} stand for characters other than slashes, {@code [a-z]} for one of some, {@code **} for any
 * number of folders, a backslash takes the meaning from what follows. What matches a folder matches
 * all below it; with a slash at its end it matches folders only. Capital and small letters differ.
 *
 * <p>Patterns come from repositories under review: no pattern takes longer than its length times
 * that of the path.
 */
public final class Glob {
  private static final String ANY = "**";

  private final String text;
  private final List<String> parts;
  private final boolean folder;

  private Glob(String text, List<String> parts, boolean folder) {
    this.text = text;
    this.parts = List.copyOf(parts);
    this.folder = folder;
  }

  /**
   * The pattern of a text.
   *
   * @throws IllegalArgumentException if it can match nothing or means something else elsewhere;
   *     says why, as the end of a sentence about it
   */
  public static Glob of(String text) {
    refuse(text.isBlank(), "is empty");
    refuse(text.startsWith("!"), "begins with !; nothing can be taken out of other patterns");
    refuse(hasBraces(text), "has braces; write one pattern for each choice");
    refuse(text.equals("/"), "names nothing");
    boolean ended = text.endsWith("/");
    String path = text.substring(text.startsWith("/") ? 1 : 0, text.length() - (ended ? 1 : 0));
    List<String> parts = new ArrayList<>(List.of(path.split("/", -1)));
    refuse(
        parts.stream().anyMatch(part -> part.isEmpty() || part.matches("\\.{1,2}")),
        "has a part that is empty, . or ..; paths begin at the repository's root");
    if (parts.size() == 1 && !text.startsWith("/")) {
      parts.add(0, ANY);
    }
    boolean below = parts.get(parts.size() - 1).equals(ANY) && !isAll(parts);
    while (below && parts.get(parts.size() - 1).equals(ANY)) {
      parts.remove(parts.size() - 1);
    }
    return new Glob(text, parts, ended || below);
  }

  private static boolean isAll(List<String> parts) {
    return parts.stream().allMatch(ANY::equals);
  }

  private static void refuse(boolean wrong, String why) {
    if (wrong) {
      throw new IllegalArgumentException(why);
    }
  }

  private static boolean hasBraces(String text) {
    for (int at = 0; at < text.length(); at++) {
      if (text.charAt(at) == '\\') {
        at++;
      } else if (text.charAt(at) == '{') {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether it matches a file.
   *
   * @param path from the repository's root on, with forward slashes
   */
  public boolean matches(String path) {
    String[] names = path.split("/", -1);
    boolean[] reached = new boolean[parts.size() + 1];
    reached[0] = true;
    skipAny(reached);
    for (int name = 0; name < names.length; name++) {
      reached = after(reached, names[name]);
      boolean isFile = name == names.length - 1;
      if (reached[parts.size()] && !(isFile && folder)) {
        return true;
      }
    }
    return false;
  }

  /** Which parts may follow, once a name of the path was taken. */
  private boolean[] after(boolean[] reached, String name) {
    boolean[] next = new boolean[reached.length];
    for (int part = 0; part < parts.size(); part++) {
      if (reached[part]) {
        boolean any = parts.get(part).equals(ANY);
        next[part] |= any;
        next[part + 1] |= any || matches(parts.get(part), name);
      }
    }
    skipAny(next);
    return next;
  }

  /** Any number of folders may be none. */
  private void skipAny(boolean[] reached) {
    for (int part = 0; part < parts.size(); part++) {
      reached[part + 1] |= reached[part] && parts.get(part).equals(ANY);
    }
  }

  /** One name, by the last star that could take more: an earlier one never needs to. */
  private static boolean matches(String pattern, String name) {
    int at = 0;
    int star = -1;
    int taken = 0;
    int character = 0;
    while (character < name.length()) {
      int next = at < pattern.length() ? after(pattern, at, name.charAt(character)) : -1;
      if (at < pattern.length() && pattern.charAt(at) == '*') {
        star = at++;
        taken = character;
      } else if (next >= 0) {
        at = next;
        character++;
      } else if (star >= 0) {
        at = star + 1;
        character = ++taken;
      } else {
        return false;
      }
    }
    while (at < pattern.length() && pattern.charAt(at) == '*') {
      at++;
    }
    return at == pattern.length();
  }

  /** Where the pattern goes on if what stands at a place takes the character; -1 if it does not. */
  private static int after(String pattern, int at, char character) {
    char sign = pattern.charAt(at);
    if (sign == '?') {
      return at + 1;
    }
    if (sign == '\\' && at + 1 < pattern.length()) {
      return pattern.charAt(at + 1) == character ? at + 2 : -1;
    }
    int close = sign == '[' ? close(pattern, at) : -1;
    if (close >= 0) {
      return isOneOf(pattern, at + 1, close, character) ? close + 1 : -1;
    }
    return sign == character ? at + 1 : -1;
  }

  /** Where a choice of characters ends; -1 if it does not, and the bracket stands for itself. */
  private static int close(String pattern, int open) {
    int first = open + 1;
    first += first < pattern.length() && isNot(pattern.charAt(first)) ? 1 : 0;
    return pattern.indexOf(']', first + 1);
  }

  private static boolean isNot(char sign) {
    return sign == '!' || sign == '^';
  }

  private static boolean isOneOf(String pattern, int from, int close, char character) {
    boolean not = isNot(pattern.charAt(from));
    boolean found = false;
    for (int at = not ? from + 1 : from; at < close; at++) {
      boolean range = at + 2 < close && pattern.charAt(at + 1) == '-';
      char last = pattern.charAt(range ? at + 2 : at);
      found |= pattern.charAt(at) <= character && character <= last;
      at += range ? 2 : 0;
    }
    return found != not;
  }

  @Override
  public String toString() {
    return text;
  }
}
