package org.codeaudit.job.report.html;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.codeaudit.job.report.Piece;
import org.codeaudit.job.report.VisibleText;
import org.codeaudit.syntax.Kinds;
import org.codeaudit.syntax.ParsedCode;
import org.codeaudit.syntax.SyntaxTree;

/**
 * A line of quoted code in pieces that are coloured alike.
 *
 * @param number of the line in its file; empty if it is not known
 */
record CodeLine(String number, List<Piece> pieces) {
  private static final List<String> CLASSES =
      List.of("", "comment", "string", "literal", "keyword", "type");
  private static final byte COMMENT = 1;
  private static final byte STRING = 2;
  private static final byte NUMBER = 3;
  private static final byte KEYWORD = 4;
  private static final byte TYPE = 5;

  private static final Set<String> STRINGS =
      Kinds.set(
          """
          string string_literal string_value encapsed_string heredoc heredoc_body nowdoc
          char_literal character_literal rune_literal raw_string_literal
          interpreted_string_literal concatenated_string template_string
          interpolated_string_expression verbatim_string_literal line_string_literal
          multi_line_string_literal regex regex_literal system_lib_string text_block
          """);

  private static final Set<String> WORDS_OF_LANGUAGES =
      Kinds.set("null none null_literal nil true false this self super primitive_type void_type");

  private static final Set<String> TYPES = Kinds.set("type_identifier predefined_type");

  /**
   * The lines of a quote.
   *
   * @param language lower-case name, as the column {@code language} has it; null or one without a
   *     grammar for code without colours
   * @param first number of its first line
   */
  static List<CodeLine> of(String language, String quote, OptionalInt first) {
    byte[] classes = classes(language, quote);
    List<CodeLine> lines = new ArrayList<>();
    int start = 0;
    while (start <= quote.length()) {
      int feed = quote.indexOf('\n', start);
      int end = feed < 0 ? quote.length() : feed;
      String number = first.isPresent() ? Integer.toString(first.getAsInt() + lines.size()) : "";
      lines.add(new CodeLine(number, pieces(quote, classes, start, end)));
      start = end + 1;
    }
    return lines;
  }

  private static List<Piece> pieces(String quote, byte[] classes, int start, int end) {
    List<Piece> pieces = new ArrayList<>();
    int last = end > start && quote.charAt(end - 1) == '\r' ? end - 1 : end;
    for (int from = start; from < last; ) {
      int to = from + 1;
      while (to < last && classes[to] == classes[from]) {
        to++;
      }
      pieces.add(new Piece(CLASSES.get(classes[from]), VisibleText.of(quote.substring(from, to))));
      from = to;
    }
    return pieces;
  }

  /** An index of {@link #CLASSES} for each character. */
  private static byte[] classes(String language, String quote) {
    byte[] classes = new byte[quote.length()];
    if (language != null) {
      ParsedCode.parse(language, quote).ifPresent(code -> mark(code, classes));
    }
    return classes;
  }

  private static void mark(ParsedCode code, byte[] classes) {
    SyntaxTree tree = code.tree();
    for (int node = 0; node < tree.size(); ) {
      byte mark = mark(code, node);
      if (mark > 0) {
        Arrays.fill(classes, tree.start(node), tree.end(node), mark);
      }
      // What stands in a comment or string is no word of the language.
      node = mark > 0 ? tree.after(node) : node + 1;
    }
  }

  private static byte mark(ParsedCode code, int node) {
    SyntaxTree tree = code.tree();
    String kind = tree.kind(node);
    boolean isLeaf = tree.after(node) == node + 1;
    if (tree.isNamed(node)) {
      if (Kinds.COMMENTS.contains(kind)) {
        return COMMENT;
      }
      if (STRINGS.contains(kind)) {
        return STRING;
      }
      if (TYPES.contains(kind)) {
        return TYPE;
      }
      if (WORDS_OF_LANGUAGES.contains(kind)) {
        return KEYWORD;
      }
      return isLeaf && isNumber(code.text(node)) ? NUMBER : 0;
    }
    return isLeaf && isWord(kind) ? KEYWORD : 0;
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.charAt(0) >= '0' && text.charAt(0) <= '9';
  }

  private static boolean isWord(String sign) {
    return sign.length() > 1 && sign.chars().allMatch(c -> c >= 'a' && c <= 'z' || c == '_');
  }
}
