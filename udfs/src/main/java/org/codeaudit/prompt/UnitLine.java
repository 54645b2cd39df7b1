package org.codeaudit.prompt;

import org.codeaudit.change.Line;

/**
 * One line a model is shown.
 *
 * @param kind added, removed or context; every line of a whole file is context
 * @param text the line without its terminator, as shown: a line that is too long is shortened
 * @param oldNumber 1-based number in the old file; 0 if it is not there
 * @param newNumber 1-based number in the new file; 0 if it is not there
 * @param quotable whether a finding may quote it: it is shown whole and holds a letter or digit
 * @param enclosing the line that declares the class, function or section it stands in, stripped;
 *     empty if there is none
 */
public record UnitLine(
    Line.Kind kind, String text, int oldNumber, int newNumber, boolean quotable, String enclosing) {

  /** The side a finding about this line is on: a removed line is only on the old one. */
  public Side side() {
    return kind == Line.Kind.REMOVED ? Side.OLD : Side.NEW;
  }

  /** Its 1-based number on {@link #side()}. */
  public int number() {
    return side() == Side.OLD ? oldNumber : newNumber;
  }
}
