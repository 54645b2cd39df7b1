package org.codeaudit.change;

/**
 * One line of a hunk, without its line terminator and without the diff's prefix.
 *
 * @param kind context, added or removed
 * @param text the line; may end in a carriage return where the file has CRLF endings
 * @param oldNumber 1-based number in the old file; 0 for an added line
 * @param newNumber 1-based number in the new file; 0 for a removed line
 */
public record Line(Kind kind, String text, int oldNumber, int newNumber) {

  /** Which side of the change a line stands on. */
  public enum Kind {
    CONTEXT,
    ADDED,
    REMOVED
  }
}
