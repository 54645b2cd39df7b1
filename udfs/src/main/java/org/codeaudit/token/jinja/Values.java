package org.codeaudit.token.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What Python's built-in types are: truth, equality, order, length, printing. */
final class Values {
  private Values() {}

  /** A plain Java value as a template sees it; strings are untrusted unless they are a Text. */
  static Object of(Object value) {
    if (value == null) {
      return None.NONE;
    } else if (value instanceof String string) {
      return Text.untrusted(string);
    } else if (value instanceof Integer number) {
      return number.longValue();
    } else if (value instanceof Map<?, ?> map) {
      Map<Object, Object> converted = new LinkedHashMap<>();
      map.forEach((key, item) -> converted.put(of(key), of(item)));
      return converted;
    } else if (value instanceof List<?> list && !(value instanceof Tuple)) {
      List<Object> converted = new ArrayList<>(list.size());
      list.forEach(item -> converted.add(of(item)));
      return converted;
    } else if (value instanceof Text
        || value instanceof Long
        || value instanceof Double
        || value instanceof Boolean
        || value instanceof None
        || value instanceof Tuple) {
      return value;
    }
    throw new IllegalArgumentException("no template value: " + value.getClass().getName());
  }

  /** Python's name of a value's type, for messages. */
  static String type(Object value) {
    if (value instanceof Text) {
      return "a string";
    } else if (value instanceof Long || value instanceof Double) {
      return "a number";
    } else if (value instanceof Boolean) {
      return "a boolean";
    } else if (value instanceof List) {
      return "a list";
    } else if (value instanceof Map) {
      return "a mapping";
    } else if (value instanceof Undefined undefined) {
      return "something undefined (" + undefined.what() + ")";
    }
    return value == None.NONE ? "none" : "an object of the template engine";
  }

  static boolean truth(Object value) {
    if (value instanceof Boolean bool) {
      return bool;
    } else if (value instanceof Text text) {
      return !text.isEmpty();
    } else if (value instanceof Long number) {
      return number != 0;
    } else if (value instanceof Double number) {
      return number != 0;
    } else if (value instanceof List<?> list) {
      return !list.isEmpty();
    } else if (value instanceof Map<?, ?> map) {
      return !map.isEmpty();
    }
    return value != None.NONE && !(value instanceof Undefined);
  }

  /** An integer or boolean as a number, or null. */
  static Long integer(Object value) {
    if (value instanceof Boolean bool) {
      return bool ? 1L : 0L;
    }
    return value instanceof Long number ? number : null;
  }

  /** Any number as a double, or null. */
  static Double real(Object value) {
    Long integer = integer(value);
    if (integer != null) {
      return integer.doubleValue();
    }
    return value instanceof Double number ? number : null;
  }

  static boolean equal(Object left, Object right, Context context) {
    context.budget().step();
    Double number = real(left);
    Double other = real(right);
    if (number != null && other != null) {
      Long integer = integer(left);
      Long otherInteger = integer(right);
      return integer != null && otherInteger != null
          ? integer.equals(otherInteger)
          : number.doubleValue() == other.doubleValue();
    }
    if (left instanceof List<?> list && right instanceof List<?> otherList) {
      return list instanceof Tuple == otherList instanceof Tuple
          && equalItems(list, otherList, context);
    }
    if (left instanceof Map<?, ?> map && right instanceof Map<?, ?> otherMap) {
      return map.size() == otherMap.size()
          && map.entrySet().stream()
              .allMatch(
                  entry ->
                      otherMap.containsKey(entry.getKey())
                          && equal(entry.getValue(), otherMap.get(entry.getKey()), context));
    }
    if (left instanceof Text text) {
      context.budget().characters(text.length());
    }
    return left.equals(right);
  }

  private static boolean equalItems(List<?> left, List<?> right, Context context) {
    if (left.size() != right.size()) {
      return false;
    }
    Iterator<?> others = right.iterator();
    for (Object item : left) {
      if (!equal(item, others.next(), context)) {
        return false;
      }
    }
    return true;
  }

  /** Negative, zero or positive as the left value comes before, with or after the right one. */
  static int compare(Object left, Object right, Context context) {
    context.budget().step();
    if (integer(left) != null && integer(right) != null) {
      return Long.compare(integer(left), integer(right));
    }
    if (real(left) != null && real(right) != null) {
      return Double.compare(real(left), real(right));
    }
    if (left instanceof Text text && right instanceof Text other) {
      context.budget().characters((long) text.length() + other.length());
      return text.compareTo(other);
    }
    if (left instanceof List<?> list && right instanceof List<?> other) {
      for (int at = 0; at < Math.min(list.size(), other.size()); at++) {
        int order = compare(list.get(at), other.get(at), context);
        if (order != 0) {
          return order;
        }
      }
      return Integer.compare(list.size(), other.size());
    }
    throw context.error("cannot compare " + type(left) + " with " + type(right));
  }

  static int length(Object value, Context context) {
    if (value instanceof Text text) {
      return text.toString().codePointCount(0, text.length());
    } else if (value instanceof List<?> list) {
      return list.size();
    } else if (value instanceof Map<?, ?> map) {
      return map.size();
    } else if (value instanceof Undefined) {
      return 0;
    }
    throw context.error(type(value) + " has no length");
  }

  /**
   * The elements: of a mapping its keys, of a string its characters, of something undefined none.
   */
  static List<Object> elements(Object value, Context context) {
    if (value instanceof List<?> list) {
      context.budget().steps(list.size());
      return new ArrayList<>(list);
    } else if (value instanceof Map<?, ?> map) {
      context.budget().steps(map.size());
      return new ArrayList<>(map.keySet());
    } else if (value instanceof Undefined) {
      return List.of();
    } else if (value instanceof Text text) {
      context.budget().steps(text.length());
      List<Object> characters = new ArrayList<>();
      int at = 0;
      while (at < text.length()) {
        int next = text.toString().offsetByCodePoints(at, 1);
        characters.add(text.substring(at, next));
        at = next;
      }
      return characters;
    }
    throw context.error("cannot go through the elements of " + type(value));
  }

  static boolean contains(Object container, Object item, Context context) {
    if (container instanceof Text text) {
      if (item instanceof Text part) {
        context.budget().characters(text.length());
        return text.toString().contains(part.toString());
      }
      throw context.error("a string cannot contain " + type(item));
    } else if (container instanceof Map<?, ?> map) {
      return map.containsKey(item);
    }
    return elements(container, context).stream().anyMatch(each -> equal(each, item, context));
  }

  /** {@code str}. */
  static Text string(Object value, Context context) {
    if (value instanceof Text text) {
      return text;
    }
    return value instanceof Undefined ? Text.EMPTY : representation(value, context);
  }

  /** {@code repr}. */
  static Text representation(Object value, Context context) {
    Text.Builder out = new Text.Builder();
    represent(value, out, context);
    return out.build();
  }

  private static void represent(Object value, Text.Builder out, Context context) {
    int before = out.length();
    context.budget().enter();
    if (value instanceof Text text) {
      char quote = text.toString().contains("'") && !text.toString().contains("\"") ? '"' : '\'';
      out.append(String.valueOf(quote));
      out.append(text.map(run -> Python.escape(run, quote))).append(String.valueOf(quote));
    } else if (value instanceof Tuple tuple) {
      out.append("(");
      representItems(tuple, out, context);
      out.append(tuple.size() == 1 ? ",)" : ")");
    } else if (value instanceof List<?> list) {
      out.append("[");
      representItems(list, out, context);
      out.append("]");
    } else if (value instanceof Map<?, ?> map) {
      out.append("{");
      String separator = "";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.append(separator);
        represent(entry.getKey(), out, context);
        out.append(": ");
        represent(entry.getValue(), out, context);
        separator = ", ";
      }
      out.append("}");
    } else {
      out.append(scalar(value, context));
    }
    context.budget().leave();
    context.budget().characters(out.length() - before);
  }

  private static void representItems(List<?> items, Text.Builder out, Context context) {
    String separator = "";
    for (Object item : items) {
      out.append(separator);
      represent(item, out, context);
      separator = ", ";
    }
  }

  private static String scalar(Object value, Context context) {
    if (value instanceof Boolean bool) {
      return bool ? "True" : "False";
    } else if (value instanceof Long number) {
      return number.toString();
    } else if (value instanceof Double number) {
      return Python.number(number);
    } else if (value == None.NONE) {
      return "None";
    } else if (value instanceof Undefined) {
      return "Undefined";
    }
    throw context.unsupported("the printed form of " + type(value));
  }
}
