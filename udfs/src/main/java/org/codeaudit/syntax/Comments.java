package org.codeaudit.syntax;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the comments of code are. */
public final class Comments {
  private static final Pattern HTML_COMMENT = Pattern.compile("<!--.*?-->", Pattern.DOTALL);

  /**
   * A line break, asterisk or slash as Java may spell them: it reads escapes before comments, so
   * what follows one may be code.
   */
  private static final Pattern ESCAPED_END =
      Pattern.compile("\\\\u+00(?:0[ad]|2[af])", Pattern.CASE_INSENSITIVE);

  private Comments() {}

  /**
   * A line of code.
   *
   * @param comment what stands in its comments, with their signs; empty if it has none
   * @param alone whether it has one and holds no letter or digit besides
   */
  public record Line(String comment, boolean alone) {}

  /** The lines of the code, as many as {@link ParsedCode#lineCount}. A string is no comment. */
  public static List<Line> lines(ParsedCode code) {
    BitSet comments = characters(code, false);
    List<Line> lines = new ArrayList<>();
    int at = 0;
    for (String text : code.text().split("\n", -1)) {
      lines.add(line(text, at, comments));
      at += text.length() + 1;
    }
    return lines;
  }

  private static Line line(String text, int start, BitSet comments) {
    StringBuilder comment = new StringBuilder();
    boolean alone = true;
    for (int i = 0; i < text.length(); i++) {
      if (comments.get(start + i)) {
        comment.append(text.charAt(i));
      } else {
        alone &= !Character.isLetterOrDigit(text.charAt(i));
        comment.append(comment.isEmpty() ? "" : " ");
      }
    }
    return new Line(comment.toString().strip(), alone && !comment.isEmpty());
  }

  /**
   * Which characters of the text belong to comments.
   *
   * @param loneStrings whether Python's strings that stand alone as a statement count as comments
   */
  static BitSet characters(ParsedCode code, boolean loneStrings) {
    SyntaxTree tree = code.tree();
    BitSet comments = new BitSet();
    // Behind PHP's last end tag its grammar may take text for comments.
    boolean isCode = true;
    for (int node = 0; node < tree.size(); node++) {
      String kind = tree.kind(node);
      isCode = kind.equals("php_tag") || isCode && !kind.equals("php_end_tag");
      if (isCode && (isComment(code, node) || loneStrings && isLoneString(code, node))) {
        comments.set(tree.start(node), tree.end(node));
      } else if (kind.equals("preproc_arg")) {
        addOfDefinition(code, node, comments);
      } else if (kind.equals("text") && code.grammar() == Grammar.PHP) {
        Matcher comment = HTML_COMMENT.matcher(code.text(node));
        while (comment.find()) {
          comments.set(tree.start(node) + comment.start(), tree.start(node) + comment.end());
        }
      }
    }
    return comments;
  }

  private static boolean isComment(ParsedCode code, int node) {
    return Kinds.COMMENTS.contains(code.tree().kind(node))
        && !(code.grammar() == Grammar.JAVA && ESCAPED_END.matcher(code.text(node)).find());
  }

  /** A statement of Python that is a string and nothing else: documentation, or code left out. */
  private static boolean isLoneString(ParsedCode code, int node) {
    SyntaxTree tree = code.tree();
    if (code.grammar() != Grammar.PYTHON || !tree.kind(node).equals("expression_statement")) {
      return false;
    }
    List<String> kinds = new ArrayList<>();
    for (int child = tree.firstChild(node);
        child != SyntaxTree.NONE;
        child = tree.nextSibling(child)) {
      kinds.add(tree.kind(child));
    }
    if (!kinds.equals(List.of("string")) && !kinds.equals(List.of("concatenated_string"))) {
      return false;
    }
    for (int below = node; below < tree.after(node); below++) {
      if (tree.kind(below).equals("interpolation")) {
        return false;
      }
    }
    return true;
  }

  /** C's grammar takes a comment behind a macro's definition for a part of it. */
  private static void addOfDefinition(ParsedCode code, int node, BitSet comments) {
    String text = code.text();
    int end = code.tree().end(node);
    char quote = 0;
    for (int at = code.tree().start(node); at + 1 < end; at++) {
      char character = text.charAt(at);
      if (quote != 0) {
        at += character == '\\' ? 1 : 0;
        quote = character == quote ? 0 : quote;
      } else if (character == '"' || character == '\'') {
        quote = character;
      } else if (text.startsWith("//", at)) {
        comments.set(at, end);
        return;
      } else if (text.startsWith("/*", at)) {
        int close = text.indexOf("*/", at + 2);
        close = close < 0 || close + 2 > end ? end : close + 2;
        comments.set(at, close);
        at = close - 1;
      }
    }
  }
}
