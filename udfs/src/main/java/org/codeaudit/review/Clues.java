package org.codeaudit.review;

import java.util.Comparator;
import java.util.Map;
import org.codeaudit.check.Calibration;
import org.codeaudit.syntax.flow.FlowPath;

/**
 * What is known of a line before a model is asked.
 *
 * @param flow see {@link Calibration#FLOW}
 * @param sign see {@link Calibration#SIGN}
 * @param told to the model: a sentence with a space before it, or nothing
 */
record Clues(double flow, double sign, String told) {
  /** The check is not about values and knows no signs, or the code cannot be parsed. */
  static final Clues NONE = new Clues(0, 0, "");

  /** No value from outside reaches the line unless it is made harmless. */
  static final Clues RULED_OUT =
      new Clues(-1, 0, " In its data flow, no value from outside reaches that line.");

  /** The strength of the evidence for a defect. */
  static final Comparator<Clues> STRENGTH =
      Comparator.comparingDouble(clues -> clues.flow + clues.sign);

  /** A value reaches the line along this path. A parameter may or may not come from outside. */
  static Clues by(FlowPath path) {
    boolean isParameter = path.origin() == FlowPath.Origin.PARAMETER;
    String source = (isParameter ? "the parameter `" : "`") + path.source() + "`";
    return new Clues(
        isParameter ? 0.5 : 1, 0, " In its data flow, " + source + " reaches that line.");
  }

  /** The same by the names that a calibration has for observations. */
  Map<String, Double> observed() {
    return Map.of(Calibration.FLOW, flow, Calibration.SIGN, sign);
  }

  Clues withSign(double sign) {
    return new Clues(flow, sign, told);
  }

  boolean isRuledOut() {
    return flow < 0;
  }
}
