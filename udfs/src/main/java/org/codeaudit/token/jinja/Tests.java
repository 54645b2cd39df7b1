package org.codeaudit.token.jinja;

import java.util.List;
import java.util.Map;

/** The tests, {@code value is name}. */
final class Tests {
  private Tests() {}

  static boolean apply(String name, Object value, Arguments call) {
    Context context = call.context();
    return switch (name) {
      case "defined" -> !(value instanceof Undefined);
      case "undefined" -> value instanceof Undefined;
      case "none" -> value == None.NONE;
      case "boolean" -> value instanceof Boolean;
      case "true" -> Boolean.TRUE.equals(value);
      case "false" -> Boolean.FALSE.equals(value);
      case "integer" -> value instanceof Long;
      case "float" -> value instanceof Double;
      case "number" -> Values.real(value) != null;
      case "string" -> value instanceof Text;
      case "mapping" -> value instanceof Map;
      case "sequence" ->
          value instanceof Text
              || value instanceof List
              || value instanceof Map
              || value instanceof Undefined;
      case "iterable" ->
          value instanceof Text
              || value instanceof List
              || value instanceof Map
              || value instanceof Undefined
              || value instanceof Loop;
      case "callable" -> value instanceof Function;
      case "odd" -> Math.floorMod(integer(value, call), 2L) == 1;
      case "even" -> Math.floorMod(integer(value, call), 2L) == 0;
      case "divisibleby" -> Math.floorMod(integer(value, call), divisor(call)) == 0;
      case "lower" -> ((Object) Strings.lower(text(value, call))).equals(value);
      case "upper" -> ((Object) Strings.upper(text(value, call))).equals(value);
      case "in" -> Values.contains(call.required(0, "container"), value, context);
      case "eq", "equalto", "==" -> Operators.holds("==", value, other(call), context);
      case "ne", "!=" -> Operators.holds("!=", value, other(call), context);
      case "lt", "lessthan", "<" -> Operators.holds("<", value, other(call), context);
      case "le", "<=" -> Operators.holds("<=", value, other(call), context);
      case "gt", "greaterthan", ">" -> Operators.holds(">", value, other(call), context);
      case "ge", ">=" -> Operators.holds(">=", value, other(call), context);
      case "sameas" -> same(value, other(call));
      default -> throw context.unsupported("the test '" + name + "'");
    };
  }

  private static Object other(Arguments call) {
    return call.required(0, "other");
  }

  /** Identity; small values that Python keeps once are the same when they are equal. */
  private static boolean same(Object value, Object other) {
    return value == other
        || value instanceof Boolean && value.equals(other)
        || value instanceof Long && value.equals(other);
  }

  private static long integer(Object value, Arguments call) {
    Long number = Values.integer(value);
    if (number == null) {
      throw call.context().error(call.callee() + " takes an integer, not " + Values.type(value));
    }
    return number;
  }

  private static long divisor(Arguments call) {
    long divisor = integer(call.required(0, "num"), call);
    if (divisor == 0) {
      throw call.context().error("division by zero");
    }
    return divisor;
  }

  private static Text text(Object value, Arguments call) {
    return Values.string(value, call.context());
  }
}
