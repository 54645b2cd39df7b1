package org.codeaudit.prompt;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines that enclose a line, found by indentation alone, so it works in any language that is
 * indented. Innermost scope first, linked outwards; {@link #NONE} ends the chain.
 *
 * @param header the enclosing line, e.g. {@code "  void close() {"}
 * @param indent its columns of indentation, a tab counting up to the next multiple of 4
 */
record Scope(String header, int indent, Scope outer) {
  static final Scope NONE = new Scope("", -1, null);

  private static final int TAB = 4;
  private static final int HEADER_CHARACTERS = 160;
  private static final Pattern FIRST_WORD = Pattern.compile("[}\\s)]*+([a-z]+)\\b(?!\\s*[=.])");
  private static final Set<String> CONTROL_WORDS =
      Set.of(
          "if",
          "else",
          "elif",
          "elsif",
          "for",
          "foreach",
          "while",
          "until",
          "do",
          "try",
          "catch",
          "except",
          "finally",
          "ensure",
          "rescue",
          "switch",
          "case",
          "default",
          "match",
          "when",
          "with",
          "using",
          "synchronized",
          "select",
          "loop",
          "unless",
          "begin",
          "return",
          "then",
          "await",
          "yield",
          "throw");
  private static final Pattern LABEL =
      Pattern.compile("(?:public|private|protected|default|signals|slots|case\\b.{0,200}) *:");

  /** A walk down the lines of a file that knows the scope of the next one. */
  static final class Walk {
    private Scope current;

    Walk(Scope start) {
      current = start;
    }

    /** The scope the line stands in; the line may open one for those after it. */
    Scope enter(String line) {
      if (isTransparent(line)) {
        return current;
      }
      String header = shortened(line);
      int indent = indentOf(header);
      boolean onlyPunctuation = !hasWord(header);
      // "{" or ") {" on a line of its own belongs to the header above it at the same depth.
      while (onlyPunctuation ? current.indent > indent : current.indent >= indent) {
        current = current.outer;
      }
      Scope enclosing = current;
      if (!onlyPunctuation) {
        current = new Scope(header, indent, current);
      }
      return enclosing;
    }
  }

  /** The innermost line that declares something rather than steers control flow, stripped. */
  String declaration() {
    for (Scope scope = this; scope != NONE; scope = scope.outer) {
      Matcher word = FIRST_WORD.matcher(scope.header);
      if (!(word.lookingAt() && CONTROL_WORDS.contains(word.group(1)))) {
        return scope.header.strip();
      }
    }
    return "";
  }

  /** Columns of white space a line begins with. */
  static int indentOf(String line) {
    int columns = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\t') {
        columns += TAB - columns % TAB;
      } else if (c == ' ') {
        columns++;
      } else {
        break;
      }
    }
    return columns;
  }

  static boolean hasWord(String line) {
    for (int at = 0; at < line.length(); at++) {
      if (Character.isLetterOrDigit(line.codePointAt(at))) {
        return true;
      }
    }
    return false;
  }

  /** Blank lines, comments, preprocessor lines and labels neither end nor open a scope. */
  private static boolean isTransparent(String line) {
    String start = shortened(line).strip();
    return start.isEmpty()
        || start.startsWith("//")
        || start.startsWith("#")
        || start.startsWith("/*")
        || start.startsWith("*")
        || LABEL.matcher(start).matches();
  }

  private static String shortened(String line) {
    return line.length() <= HEADER_CHARACTERS
        ? line.stripTrailing()
        : Shortened.prefix(line, HEADER_CHARACTERS);
  }
}
