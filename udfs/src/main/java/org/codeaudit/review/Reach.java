package org.codeaudit.review;

import org.codeaudit.syntax.flow.FlowPath;

/**
 * Whether a value from outside reaches a line, as far as a parser can tell.
 *
 * @param observed see {@link org.codeaudit.check.Calibration#FLOW}
 * @param told to the model: a sentence with a space before it, or nothing
 */
record Reach(double observed, String told) {
  /** The check is not about values, or the code cannot be parsed. */
  static final Reach UNKNOWN = new Reach(0, "");

  /** No value from outside reaches the line unless it is made harmless. */
  static final Reach RULED_OUT =
      new Reach(-1, " In its data flow, no value from outside reaches that line.");

  /** By this way. A parameter may come from outside or not. */
  static Reach by(FlowPath path) {
    boolean isParameter = path.origin() == FlowPath.Origin.PARAMETER;
    String source = (isParameter ? "the parameter `" : "`") + path.source() + "`";
    return new Reach(isParameter ? 0.5 : 1, " In its data flow, " + source + " reaches that line.");
  }

  boolean isRuledOut() {
    return observed < 0;
  }
}
