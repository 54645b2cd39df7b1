package org.codeaudit.syntax.flow;

import java.util.List;

/**
 * The path of a value from its origin to the line in question.
 *
 * @param origin what the value comes from
 * @param source the source as the code has it, e.g. {@code request.getParameter("id")}; the name of
 *     a parameter
 * @param sourceLine 1-based line of the source
 * @param steps the lines it passes, in this order; the last is the line in question
 */
public record FlowPath(Origin origin, String source, int sourceLine, List<FlowStep> steps) {
  /** What a value can come from. */
  public enum Origin {
    /** A parameter of a function that the code does not call itself. */
    PARAMETER,
    /** What one of the given patterns matches. */
    PATTERN
  }

  public FlowPath {
    steps = List.copyOf(steps);
  }

  /** The functions the value goes through, in the order they are applied in. */
  public List<FlowCall> calls() {
    return steps.stream().flatMap(step -> step.calls().stream()).toList();
  }
}
