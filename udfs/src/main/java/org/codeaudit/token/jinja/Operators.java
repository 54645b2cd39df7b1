package org.codeaudit.token.jinja;

import java.util.ArrayList;
import java.util.List;

/** Python's operators on the values of a template. */
final class Operators {
  private Operators() {}

  static Object apply(String operator, Object left, Object right, Context context) {
    if (operator.equals("~")) {
      return concat(Values.string(left, context), Values.string(right, context), context);
    }
    if (left instanceof Undefined undefined) {
      throw context.error(undefined.what());
    }
    if (right instanceof Undefined undefined) {
      throw context.error(undefined.what());
    }
    if (Values.integer(left) != null && Values.integer(right) != null && !operator.equals("/")) {
      return integers(operator, Values.integer(left), Values.integer(right), context);
    }
    if (Values.real(left) != null && Values.real(right) != null) {
      return reals(operator, Values.real(left), Values.real(right), context);
    }
    Object value = sequences(operator, left, right, context);
    if (value == null) {
      throw context.error(
          "cannot apply " + operator + " to " + Values.type(left) + " and " + Values.type(right));
    }
    return value;
  }

  private static Object integers(String operator, long left, long right, Context context) {
    try {
      return switch (operator) {
        case "+" -> Math.addExact(left, right);
        case "-" -> Math.subtractExact(left, right);
        case "*" -> Math.multiplyExact(left, right);
        case "//" -> Math.floorDiv(left, right);
        case "%" -> Math.floorMod(left, right);
        case "**" -> power(left, right);
        default -> throw new IllegalStateException(operator);
      };
    } catch (ArithmeticException e) {
      throw context.error(
          right == 0 && !operator.equals("*") ? "division by zero" : "an integer beyond 64 bits");
    }
  }

  private static Object power(long base, long exponent) {
    if (exponent < 0) {
      return Math.pow(base, exponent);
    }
    if (exponent > 64 && base != 0 && Math.abs(base) != 1) {
      throw new ArithmeticException();
    }
    return java.math.BigInteger.valueOf(base)
        .pow((int) (exponent > 64 ? 64 + exponent % 2 : exponent))
        .longValueExact();
  }

  private static Object reals(String operator, double left, double right, Context context) {
    if (right == 0 && (operator.equals("/") || operator.equals("//") || operator.equals("%"))) {
      throw context.error("division by zero");
    }
    return switch (operator) {
      case "+" -> left + right;
      case "-" -> left - right;
      case "*" -> left * right;
      case "/" -> left / right;
      case "//" -> Math.floor(left / right);
      case "%" -> left - Math.floor(left / right) * right;
      case "**" -> Math.pow(left, right);
      default -> throw new IllegalStateException(operator);
    };
  }

  private static Object sequences(String operator, Object left, Object right, Context context) {
    if (operator.equals("%") && left instanceof Text) {
      throw context.unsupported("% to format a string");
    }
    if (operator.equals("*") && Values.integer(left) != null) {
      return repeat(right, Values.integer(left), context);
    }
    if (operator.equals("*") && Values.integer(right) != null) {
      return repeat(left, Values.integer(right), context);
    }
    if (!operator.equals("+")) {
      return null;
    }
    if (left instanceof Text text && right instanceof Text other) {
      return concat(text, other, context);
    }
    if (left instanceof List<?> list
        && right instanceof List<?> other
        && list instanceof Tuple == other instanceof Tuple) {
      context.budget().steps((long) list.size() + other.size());
      List<Object> joined = new ArrayList<>(list);
      joined.addAll(other);
      return list instanceof Tuple ? new Tuple(joined) : joined;
    }
    return null;
  }

  private static Object repeat(Object value, long times, Context context) {
    long count = Math.max(0, times);
    if (value instanceof Text text) {
      Text.Builder repeated = new Text.Builder();
      context.budget().repetition(count, text.length());
      for (long at = 0; at < count && !text.isEmpty(); at++) {
        repeated.append(text);
      }
      return repeated.build();
    }
    if (value instanceof List<?> list) {
      List<Object> repeated = new ArrayList<>();
      for (long at = 0; at < count && !list.isEmpty(); at++) {
        context.budget().steps(list.size());
        repeated.addAll(list);
      }
      return value instanceof Tuple ? new Tuple(repeated) : repeated;
    }
    return null;
  }

  private static Text concat(Text left, Text right, Context context) {
    context.budget().characters((long) left.length() + right.length());
    return left.concat(right);
  }

  /** Whether a comparison holds. */
  static boolean holds(String operator, Object left, Object right, Context context) {
    switch (operator) {
      case "==":
        return Values.equal(left, right, context);
      case "!=":
        return !Values.equal(left, right, context);
      case "in":
        return Values.contains(right, left, context);
      case "not in":
        return !Values.contains(right, left, context);
      default:
        int order = Values.compare(left, right, context);
        return switch (operator) {
          case "<" -> order < 0;
          case "<=" -> order <= 0;
          case ">" -> order > 0;
          default -> order >= 0;
        };
    }
  }
}
