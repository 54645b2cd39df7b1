package org.codeaudit.syntax;

/**
 * The lines of a function, 1-based and inclusive.
 *
 * @param name its own name; of one without a name, what it is assigned or passed to, e.g. {@code
 *     app.get}; empty if there is nothing to name it by
 * @param firstLine first line, with its annotations or decorators
 * @param signatureEnd last line before its body, or the line the body begins on
 * @param lastLine last line of its body
 */
public record FunctionSpan(String name, int firstLine, int signatureEnd, int lastLine) {

  /** Whether the line is one of its lines. */
  public boolean contains(int line) {
    return firstLine <= line && line <= lastLine;
  }

  /** How many lines it has. */
  public int lineCount() {
    return lastLine - firstLine + 1;
  }
}
