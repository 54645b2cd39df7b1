package org.codeaudit.token.jinja;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.codeaudit.AuditException;

/**
 * Where a statement is evaluated: the variables it sees, innermost first, and what the whole
 * rendering shares. Loop bodies, macros and set blocks have their own variables; branches have not.
 */
final class Context {
  private static final class Shared {
    final Budget budget = new Budget();
    final Clock clock;
    int line = 1;

    Shared(Clock clock) {
      this.clock = clock;
    }
  }

  private final Shared shared;
  private final Context outer;
  private final Map<String, Object> variables = new HashMap<>();

  private Context(Shared shared, Context outer) {
    this.shared = shared;
    this.outer = outer;
  }

  static Context of(Map<String, Object> variables, Clock clock) {
    Context context = new Context(new Shared(clock), null);
    context.variables.putAll(variables);
    return context;
  }

  Context inner() {
    return new Context(shared, this);
  }

  /** The innermost variable of that name, else the global function, else undefined. */
  Object variable(String name) {
    for (Context context = this; context != null; context = context.outer) {
      Object value = context.variables.get(name);
      if (value != null) {
        return value;
      }
    }
    Function function = Functions.GLOBALS.get(name);
    return function == null ? new Undefined("'" + name + "' is undefined") : function;
  }

  void set(String name, Object value) {
    variables.put(name, value);
  }

  Budget budget() {
    return shared.budget;
  }

  Clock clock() {
    return shared.clock;
  }

  /** Says which line of the template is being evaluated. */
  void at(int line) {
    shared.line = line;
    shared.budget.step();
  }

  int line() {
    return shared.line;
  }

  AuditException error(String problem) {
    return TemplateErrors.failed(shared.line, problem);
  }

  AuditException unsupported(String construct) {
    return TemplateErrors.unsupported(shared.line, construct);
  }
}
