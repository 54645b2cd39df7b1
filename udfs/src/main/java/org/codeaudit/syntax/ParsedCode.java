package org.codeaudit.syntax;

import java.util.Arrays;
import java.util.Optional;

/**
 * Code with its syntax tree: what the functions of this package read. Does not change; holds
 * nothing native, needs no closing, and may be shared by threads. Callers that ask several things
 * about the same code parse it once.
 */
public final class ParsedCode {
  private final Grammar grammar;
  private final String text;
  private final SyntaxTree tree;
  private final int[] lineStarts;

  ParsedCode(Grammar grammar, String text, SyntaxTree tree) {
    this.grammar = grammar;
    this.text = text;
    this.tree = tree;
    int[] starts = new int[16];
    int lines = 1;
    for (int at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
      if (lines == starts.length) {
        starts = Arrays.copyOf(starts, lines * 2);
      }
      starts[lines++] = at + 1;
    }
    lineStarts = Arrays.copyOf(starts, lines);
  }

  /**
   * Parses a file or a part of one. Code with errors is parsed too: what no rule takes is left out
   * of what the functions of this package see.
   *
   * @param language lower-case name as of {@link org.codeaudit.change.FileChange}
   * @return empty for a language without a grammar, for text of more than 500,000 characters,
   *     nested thousands deep or so far from code that the parser would take ten times what code
   *     takes, and where this machine has no native library for the grammar
   */
  public static Optional<ParsedCode> parse(String language, String text) {
    return Reading.best(Grammar.of(language), text);
  }

  /**
   * As {@link #parse}, of code that is meant to be whole: nothing is thought to stand before or
   * after it.
   */
  public static Optional<ParsedCode> parseWhole(String language, String text) {
    return Reading.whole(Grammar.of(language), text);
  }

  /** Whether the rules of the grammar take all of it. */
  public boolean isWellFormed() {
    return tree.isWellFormed();
  }

  /** The text as it was given. */
  public String text() {
    return text;
  }

  /** How many lines the text has: one more than it has line feeds. */
  public int lineCount() {
    return lineStarts.length;
  }

  /** A line of the text without its terminator; 1-based. */
  public String line(int line) {
    int end = line < lineStarts.length ? lineStarts[line] - 1 : text.length();
    int start = lineStarts[line - 1];
    return text.substring(start, end > start && text.charAt(end - 1) == '\r' ? end - 1 : end);
  }

  /** The grammar it was read by. */
  public Grammar grammar() {
    return grammar;
  }

  /** Its tree; offsets are characters of the text. */
  public SyntaxTree tree() {
    return tree;
  }

  /** The 1-based line an offset is on. */
  int lineAt(int offset) {
    int found = Arrays.binarySearch(lineStarts, offset);
    return found >= 0 ? found + 1 : -found - 1;
  }

  /** The 1-based line a node begins on. */
  public int firstLine(int node) {
    return lineAt(tree.start(node));
  }

  /** The 1-based line of a node's last character. */
  public int lastLine(int node) {
    return lineAt(Math.max(tree.start(node), tree.end(node) - 1));
  }

  /** The text a node stands for. */
  public String text(int node) {
    return text.substring(tree.start(node), tree.end(node));
  }
}
