package org.codeaudit.token.jinja;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Python's {@code json.dumps}, with which transformers defines the filter {@code tojson}. */
final class Json {
  private final Context context;
  private final boolean ascii;
  private final String indent;
  private final Text itemSeparator;
  private final Text keySeparator;
  private final boolean sorted;
  private final Text.Builder out = new Text.Builder();

  private Json(
      Context context,
      boolean ascii,
      String indent,
      Text itemSeparator,
      Text keySeparator,
      boolean sorted) {
    this.context = context;
    this.ascii = ascii;
    this.indent = indent;
    this.itemSeparator = itemSeparator;
    this.keySeparator = keySeparator;
    this.sorted = sorted;
  }

  /**
   * The filter: {@code tojson(ensure_ascii=False, indent=None, separators=None, sort_keys=False)}.
   */
  static Text filter(Object value, Arguments arguments) {
    Context context = arguments.context();
    arguments.expect("ensure_ascii", "indent", "separators", "sort_keys");
    String indent = indent(arguments.optional(1, "indent", None.NONE), context);
    Text itemSeparator = Text.trusted(indent == null ? ", " : ",");
    Text keySeparator = Text.trusted(": ");
    Object separators = arguments.optional(2, "separators", None.NONE);
    if (separators instanceof List<?> pair
        && pair.size() == 2
        && pair.get(0) instanceof Text items
        && pair.get(1) instanceof Text keys) {
      itemSeparator = items;
      keySeparator = keys;
    } else if (separators != None.NONE) {
      throw context.error("tojson takes two strings as separators");
    }
    boolean ascii = Values.truth(arguments.optional(0, "ensure_ascii", false));
    boolean sorted = Values.truth(arguments.optional(3, "sort_keys", false));
    Json json = new Json(context, ascii, indent, itemSeparator, keySeparator, sorted);
    json.write(value, 0);
    return json.out.build();
  }

  private static String indent(Object value, Context context) {
    if (value == None.NONE) {
      return null;
    }
    if (value instanceof Text text) {
      return text.toString();
    }
    Long width = Values.integer(value);
    if (width == null || width > 100) {
      throw context.error("tojson takes a number up to 100 as indent");
    }
    return " ".repeat((int) Math.max(0, width));
  }

  private void write(Object value, int depth) {
    int before = out.length();
    context.budget().step();
    context.budget().enter();
    if (value instanceof Text text) {
      string(text);
    } else if (value instanceof List<?> list) {
      list(list, depth);
    } else if (value instanceof Map<?, ?> map) {
      map(map, depth);
    } else {
      out.append(scalar(value));
    }
    context.budget().leave();
    context.budget().characters(out.length() - before);
  }

  private String scalar(Object value) {
    if (value == None.NONE) {
      return "null";
    } else if (value instanceof Boolean || value instanceof Long) {
      return value.toString();
    } else if (value instanceof Double number) {
      return Double.isNaN(number)
          ? "NaN"
          : Double.isInfinite(number)
              ? (number > 0 ? "Infinity" : "-Infinity")
              : Python.number(number);
    }
    throw context.error(Values.type(value) + " cannot be written as JSON");
  }

  private void list(Collection<?> list, int depth) {
    if (list.isEmpty()) {
      out.append("[]");
      return;
    }
    out.append("[");
    boolean first = true;
    for (Object item : list) {
      next(first, depth + 1);
      write(item, depth + 1);
      first = false;
    }
    line(depth);
    out.append("]");
  }

  private void map(Map<?, ?> map, int depth) {
    if (map.isEmpty()) {
      out.append("{}");
      return;
    }
    Map<?, ?> entries = map;
    if (sorted) {
      Map<Object, Object> ordered = new TreeMap<>((a, b) -> Values.compare(a, b, context));
      ordered.putAll(map);
      entries = ordered;
    }
    out.append("{");
    boolean first = true;
    for (Map.Entry<?, ?> entry : entries.entrySet()) {
      next(first, depth + 1);
      string(entry.getKey() instanceof Text text ? text : Text.trusted(scalar(entry.getKey())));
      out.append(keySeparator);
      write(entry.getValue(), depth + 1);
      first = false;
    }
    line(depth);
    out.append("}");
  }

  private void next(boolean first, int depth) {
    if (!first) {
      out.append(itemSeparator);
    }
    line(depth);
  }

  private void line(int depth) {
    if (indent != null) {
      out.append("\n").append(indent.repeat(depth));
    }
  }

  private void string(Text text) {
    out.append("\"").append(text.map(this::escape)).append("\"");
  }

  private String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int at = 0; at < text.length(); at++) {
      char character = text.charAt(at);
      int simple = "\"\\\b\f\n\r\t".indexOf(character);
      if (simple >= 0) {
        escaped.append('\\').append("\"\\bfnrt".charAt(simple));
      } else if (character < ' ' || ascii && character > '~') {
        escaped.append(String.format("\\u%04x", (int) character));
      } else {
        escaped.append(character);
      }
    }
    return escaped.toString();
  }
}
