package org.codeaudit.syntax;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Code as a compiler reads it: without comments, whatever they claim. Python's strings that stand
 * alone as a statement are comments too.
 */
public final class CodeWithoutComments {
  private static final Pattern HTML_COMMENT = Pattern.compile("<!--.*?-->", Pattern.DOTALL);

  /**
   * A line break, asterisk or slash as Java may spell them: it reads escapes before comments, so
   * what follows one may be code.
   */
  private static final Pattern ESCAPED_END =
      Pattern.compile("\\\\u+00(?:0[ad]|2[af])", Pattern.CASE_INSENSITIVE);

  private CodeWithoutComments() {}

  /**
   * The text without its comments, with as many lines: a line that held nothing else is empty, and
   * white space before a comment at the end of a line goes with it. Strings stay as they are.
   *
   * @param language lower-case name as of {@link org.codeaudit.change.FileChange}
   * @return empty where the text cannot be parsed, see {@link ParsedCode#parse}
   */
  public static Optional<String> of(String language, String text) {
    return ParsedCode.parse(language, text).map(CodeWithoutComments::of);
  }

  /** The text of the code without its comments, as {@link #of(String, String)} says. */
  public static String of(ParsedCode code) {
    BitSet comments = comments(code);
    if (comments.isEmpty()) {
      return code.text();
    }
    String text = code.text();
    StringBuilder kept = new StringBuilder(text.length());
    int lineStart = 0;
    while (lineStart <= text.length()) {
      int lineEnd = text.indexOf('\n', lineStart);
      lineEnd = lineEnd < 0 ? text.length() : lineEnd;
      addLine(kept, text, lineStart, lineEnd, comments);
      if (lineEnd < text.length()) {
        kept.append('\n');
      }
      lineStart = lineEnd + 1;
    }
    return kept.toString();
  }

  private static void addLine(
      StringBuilder kept, String text, int start, int end, BitSet comments) {
    int comment = comments.nextSetBit(start);
    if (comment < 0 || comment >= end) {
      kept.append(text, start, end);
      return;
    }
    boolean returns = end > start && text.charAt(end - 1) == '\r';
    int last = returns ? end - 1 : end;
    int lineStart = kept.length();
    for (int at = start; at < last; ) {
      int from = Math.min(last, comments.nextClearBit(at));
      boolean parted =
          from > at
              && from < last
              && kept.length() > lineStart
              && !Character.isWhitespace(kept.charAt(kept.length() - 1))
              && !Character.isWhitespace(text.charAt(from));
      if (parted) {
        kept.append(' ');
      }
      int next = comments.nextSetBit(from);
      int to = next < 0 ? last : Math.min(last, next);
      kept.append(text, from, to);
      at = to;
    }
    int length = kept.length();
    while (length > lineStart && Character.isWhitespace(kept.charAt(length - 1))) {
      length--;
    }
    kept.setLength(length);
    if (returns) {
      kept.append('\r');
    }
  }

  /** Which characters belong to comments. */
  private static BitSet comments(ParsedCode code) {
    SyntaxTree tree = code.tree();
    BitSet comments = new BitSet();
    // Behind PHP's last end tag its grammar may take text for comments.
    boolean isCode = true;
    for (int node = 0; node < tree.size(); node++) {
      String kind = tree.kind(node);
      isCode = kind.equals("php_tag") || isCode && !kind.equals("php_end_tag");
      if (isCode && (isComment(code, node) || isLoneString(code, node))) {
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
