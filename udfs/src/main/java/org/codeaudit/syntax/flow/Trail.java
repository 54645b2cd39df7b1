package org.codeaudit.syntax.flow;

import java.util.ArrayList;
import java.util.List;

/**
 * The way back from the line in question, while it is being looked for; each points to the one
 * nearer to that line.
 *
 * @param line 1-based line of this step
 * @param name what gets the value there
 * @param calls what the value goes through there, the last applied first
 * @param definition the definition this step stands for; null for the others
 * @param next the step nearer to the line; null for the line itself
 */
record Trail(int line, String name, List<FlowCall> calls, Definition definition, Trail next) {
  private static final int MOST_STEPS = 40;

  static Trail at(int line) {
    return new Trail(line, "", List.of(), null, null);
  }

  Trail step(int at, String reached, Definition by) {
    return new Trail(at, reached, List.of(), by, this);
  }

  Trail through(FlowCall call) {
    List<FlowCall> more = new ArrayList<>(calls);
    more.add(call);
    return new Trail(line, name, more, definition, next);
  }

  /** Whether it is too long, or came by the definition before. */
  boolean endsAt(Definition reached) {
    int steps = 0;
    for (Trail trail = this; trail != null; trail = trail.next) {
      if (reached.equals(trail.definition) || ++steps > MOST_STEPS) {
        return true;
      }
    }
    return false;
  }

  /** The steps from here to the line. */
  List<FlowStep> steps() {
    List<FlowStep> steps = new ArrayList<>();
    for (Trail trail = this; trail != null; trail = trail.next) {
      List<FlowCall> applied = new ArrayList<>(trail.calls);
      java.util.Collections.reverse(applied);
      steps.add(new FlowStep(trail.line, trail.name, applied));
    }
    return steps;
  }
}
