package org.codeaudit.syntax.flow;

import java.util.List;

/**
 * A line a value passes on its way.
 *
 * @param line 1-based
 * @param name the variable that gets the value there; {@code return} where a function gives it
 *     back; empty on the last line
 * @param calls the functions the value goes through on this line, in the order they are applied in
 */
public record FlowStep(int line, String name, List<FlowCall> calls) {
  public FlowStep {
    calls = List.copyOf(calls);
  }
}
