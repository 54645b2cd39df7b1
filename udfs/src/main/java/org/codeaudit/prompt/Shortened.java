package org.codeaudit.prompt;

/** Lines that are too long to be shown whole: minified code, embedded data. */
final class Shortened {
  private Shortened() {}

  /** The first characters of a line and how long it is, at a cost that does not depend on that. */
  static String line(String line, int characters) {
    return prefix(line, characters) + " [... shortened: " + line.length() + " characters]";
  }

  /** At most so many characters, never half a surrogate pair. */
  static String prefix(String line, int characters) {
    if (line.length() <= characters) {
      return line;
    }
    boolean splitsPair = characters > 0 && Character.isHighSurrogate(line.charAt(characters - 1));
    return line.substring(0, splitsPair ? characters - 1 : characters);
  }
}
