package org.codeaudit.token.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The filters, {@code value | name(arguments)}. */
final class Filters {
  private Filters() {}

  static Object apply(String name, Object value, Arguments call) {
    Context context = call.context();
    return switch (name) {
      case "tojson" -> Json.filter(value, call);
      case "length", "count" -> (long) Values.length(value, context);
      case "string" -> Values.string(value, context);
      // Nothing escapes HTML here, so that nothing has to be marked as safe from it.
      case "safe" -> Values.string(value, context);
      case "default", "d" -> otherwise(value, call);
      case "trim" -> trim(value, call);
      case "upper" -> Strings.upper(Values.string(value, context));
      case "lower" -> Strings.lower(Values.string(value, context));
      case "title" -> Strings.filterTitle(Values.string(value, context));
      case "capitalize" -> Strings.capitalize(Values.string(value, context));
      case "replace" -> replace(value, call);
      case "indent" -> indent(value, call);
      case "join" -> join(value, call);
      case "list" -> Values.elements(value, context);
      case "items" -> items(value, context);
      case "first" -> end(value, true, context);
      case "last" -> end(value, false, context);
      case "reverse" -> reverse(value, context);
      case "sort" -> sort(value, call);
      case "dictsort" -> dictsort(value, call);
      case "unique" -> unique(value, call);
      case "min" -> extreme(value, call, -1);
      case "max" -> extreme(value, call, 1);
      case "sum" -> sum(value, call);
      case "map" -> map(value, call);
      case "select" -> select(value, call, true, false);
      case "reject" -> select(value, call, false, false);
      case "selectattr" -> select(value, call, true, true);
      case "rejectattr" -> select(value, call, false, true);
      case "attr" -> Access.attribute(value, call.text(0, "name").toString(), context);
      case "int" -> integer(value, call);
      case "float" -> real(value, call);
      case "abs" -> absolute(value, context);
      case "round" -> round(value, call);
      default -> throw context.unsupported("the filter '" + name + "'");
    };
  }

  private static Object otherwise(Object value, Arguments call) {
    call.expect("default_value", "boolean");
    boolean replaces =
        value instanceof Undefined
            || Values.truth(call.optional(1, "boolean", false)) && !Values.truth(value);
    return replaces ? call.optional(0, "default_value", Text.EMPTY) : value;
  }

  private static Object trim(Object value, Arguments call) {
    Object characters = call.expect("chars").optional(0, "chars", None.NONE);
    Text text = Values.string(value, call.context());
    call.context().budget().characters(text.length());
    return Strings.strip(
        text, characters == None.NONE ? null : call.text(0, "chars").toString(), true, true);
  }

  private static Object replace(Object value, Arguments call) {
    Context context = call.expect("old", "new", "count").context();
    Object count = call.optional(2, "count", None.NONE);
    return Strings.replace(
        Values.string(value, context),
        Values.string(call.required(0, "old"), context).toString(),
        Values.string(call.required(1, "new"), context),
        count == None.NONE ? -1 : call.integer(2, "count", -1),
        context);
  }

  private static Object indent(Object value, Arguments call) {
    call.expect("width", "first", "blank");
    Object width = call.optional(0, "width", 4L);
    int spaces = width instanceof Text ? 0 : call.integer(0, "width", 4);
    if (spaces > 1000) {
      throw call.context().error("indent takes a width up to 1000");
    }
    Text indent = width instanceof Text text ? text : Text.trusted(" ".repeat(Math.max(0, spaces)));
    boolean first = Values.truth(call.optional(1, "first", false));
    boolean blank = Values.truth(call.optional(2, "blank", false));
    Text text = Values.string(value, call.context()).concat(Text.trusted("\n"));
    List<Object> lines = Strings.lines(text, false, call.context());
    for (int at = 0; at < lines.size(); at++) {
      Text line = (Text) lines.get(at);
      if (at == 0 ? first : blank || !line.isEmpty()) {
        lines.set(at, indent.concat(line));
      }
    }
    return Strings.join(Text.trusted("\n"), lines, call.context());
  }

  private static Object join(Object value, Arguments call) {
    Context context = call.expect("d", "attribute").context();
    Object attribute = call.optional(1, "attribute", None.NONE);
    Text separator = Values.string(call.optional(0, "d", Text.EMPTY), context);
    List<Object> parts = new ArrayList<>();
    for (Object item : Values.elements(value, context)) {
      Object part = attribute == None.NONE ? item : path(item, attribute, context);
      parts.add(Values.string(part, context));
    }
    return Strings.join(separator, parts, context);
  }

  private static Object items(Object value, Context context) {
    if (value instanceof Undefined) {
      return List.of();
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw context.error("the filter items takes a mapping, not " + Values.type(value));
    }
    return Methods.items(map, context);
  }

  private static Object end(Object value, boolean first, Context context) {
    List<Object> elements = Values.elements(value, context);
    if (elements.isEmpty()) {
      return new Undefined("there is no " + (first ? "first" : "last") + " item of an empty list");
    }
    return elements.get(first ? 0 : elements.size() - 1);
  }

  private static Object reverse(Object value, Context context) {
    List<Object> elements = Values.elements(value, context);
    List<Object> reversed = new ArrayList<>(elements);
    Collections.reverse(reversed);
    return value instanceof Text ? Strings.join(Text.EMPTY, reversed, context) : reversed;
  }

  /** What filters sort by: an attribute, ignoring case unless told otherwise. */
  private static Comparator<Object> order(
      Object attribute, boolean caseSensitive, Context context) {
    return (left, right) ->
        Values.compare(
            key(left, attribute, caseSensitive, context),
            key(right, attribute, caseSensitive, context),
            context);
  }

  private static Object key(Object item, Object attribute, boolean caseSensitive, Context context) {
    Object key = attribute == None.NONE ? item : path(item, attribute, context);
    return key instanceof Text text && !caseSensitive ? Strings.lower(text) : key;
  }

  private static Object sort(Object value, Arguments call) {
    Context context = call.expect("reverse", "case_sensitive", "attribute").context();
    Object attribute = call.optional(2, "attribute", None.NONE);
    boolean caseSensitive = Values.truth(call.optional(1, "case_sensitive", false));
    boolean reverse = Values.truth(call.optional(0, "reverse", false));
    List<Object> sorted = new ArrayList<>(Values.elements(value, context));
    Comparator<Object> order = order(attribute, caseSensitive, context);
    sorted.sort(reverse ? order.reversed() : order);
    return sorted;
  }

  private static Object dictsort(Object value, Arguments call) {
    Context context = call.expect("case_sensitive", "by", "reverse").context();
    boolean caseSensitive = Values.truth(call.optional(0, "case_sensitive", false));
    boolean byValue = call.optional(1, "by", Text.trusted("key")).toString().equals("value");
    List<Object> sorted = new ArrayList<>((List<?>) items(value, context));
    Comparator<Object> order = order(byValue ? 1L : 0L, caseSensitive, context);
    sorted.sort(Values.truth(call.optional(2, "reverse", false)) ? order.reversed() : order);
    return sorted;
  }

  private static Object unique(Object value, Arguments call) {
    Context context = call.expect("case_sensitive", "attribute").context();
    boolean caseSensitive = Values.truth(call.optional(0, "case_sensitive", false));
    Object attribute = call.optional(1, "attribute", None.NONE);
    List<Object> keys = new ArrayList<>();
    List<Object> kept = new ArrayList<>();
    for (Object item : Values.elements(value, context)) {
      Object key = key(item, attribute, caseSensitive, context);
      if (keys.stream().noneMatch(each -> Values.equal(each, key, context))) {
        keys.add(key);
        kept.add(item);
      }
    }
    return kept;
  }

  private static Object extreme(Object value, Arguments call, int sign) {
    Context context = call.expect("case_sensitive", "attribute").context();
    boolean caseSensitive = Values.truth(call.optional(0, "case_sensitive", false));
    Comparator<Object> order =
        order(call.optional(1, "attribute", None.NONE), caseSensitive, context);
    Object found = null;
    for (Object item : Values.elements(value, context)) {
      if (found == null || order.compare(item, found) * sign > 0) {
        found = item;
      }
    }
    return found == null ? new Undefined("there is no item of an empty list") : found;
  }

  private static Object sum(Object value, Arguments call) {
    Context context = call.expect("attribute", "start").context();
    Object attribute = call.optional(0, "attribute", None.NONE);
    Object sum = call.optional(1, "start", 0L);
    for (Object item : Values.elements(value, context)) {
      Object number = attribute == None.NONE ? item : path(item, attribute, context);
      sum = Operators.apply("+", sum, number, context);
    }
    return sum;
  }

  private static Object map(Object value, Arguments call) {
    Context context = call.context();
    List<Object> mapped = new ArrayList<>();
    Object attribute = call.named().get("attribute");
    for (Object item : itemsIfTrue(value, context)) {
      if (attribute != null) {
        Object found = path(item, attribute, context);
        mapped.add(
            found instanceof Undefined ? call.named().getOrDefault("default", found) : found);
      } else {
        mapped.add(apply(call.text(0, "filter").toString(), item, without(call, 1)));
      }
    }
    return mapped;
  }

  private static Object select(Object value, Arguments call, boolean keep, boolean byAttribute) {
    Context context = call.context();
    int names = byAttribute ? 1 : 0;
    List<Object> selected = new ArrayList<>();
    for (Object item : itemsIfTrue(value, context)) {
      Object tested = byAttribute ? path(item, call.required(0, "attribute"), context) : item;
      boolean holds =
          call.positional().size() > names
              ? Tests.apply(call.text(names, "test").toString(), tested, without(call, names + 1))
              : Values.truth(tested);
      if (holds == keep) {
        selected.add(item);
      }
    }
    return selected;
  }

  /** Filters that go through items as they are asked for take none, zero and the like as empty. */
  private static List<Object> itemsIfTrue(Object value, Context context) {
    return Values.truth(value) ? Values.elements(value, context) : List.of();
  }

  private static Arguments without(Arguments call, int first) {
    List<Object> rest = call.positional().subList(first, call.positional().size());
    return new Arguments(call.callee(), rest, call.named(), call.context());
  }

  /** An attribute by its dotted path or index. */
  private static Object path(Object item, Object attribute, Context context) {
    if (!(attribute instanceof Text text)) {
      return Access.item(item, attribute, context);
    }
    Object value = item;
    for (Object part : Strings.split(text, ".", -1, false, context)) {
      String name = part.toString();
      boolean index = !name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9');
      value = Access.item(value, index ? (Object) Long.valueOf(name) : part, context);
    }
    return value;
  }

  private static Object integer(Object value, Arguments call) {
    call.expect("default", "base");
    if (call.size() > 1) {
      throw call.context().unsupported("the filter int with a base");
    }
    Double number = number(value);
    if (number == null || Double.isNaN(number) || Double.isInfinite(number)) {
      return call.optional(0, "default", 0L);
    }
    if (value instanceof Text text && text.toString().strip().matches("[+-]?\\d{1,18}")) {
      return Long.parseLong(text.toString().strip());
    }
    return value instanceof Long whole ? whole : (Object) number.longValue();
  }

  private static Object real(Object value, Arguments call) {
    Double number = number(value);
    return number == null ? call.expect("default").optional(0, "default", 0.0) : number;
  }

  private static Double number(Object value) {
    if (!(value instanceof Text text)) {
      return Values.real(value);
    }
    String digits = text.toString().strip();
    return digits.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?") && digits.length() < 400
        ? Double.valueOf(digits)
        : null;
  }

  private static Object absolute(Object value, Context context) {
    if (Values.integer(value) != null && Values.integer(value) != Long.MIN_VALUE) {
      return Math.abs(Values.integer(value));
    } else if (value instanceof Double number) {
      return Math.abs(number);
    }
    throw context.error("the filter abs takes a number, not " + Values.type(value));
  }

  private static Object round(Object value, Arguments call) {
    Context context = call.expect("precision", "method").context();
    int precision = call.integer(0, "precision", 0);
    String method = call.optional(1, "method", Text.trusted("common")).toString();
    Double number = Values.real(value);
    if (number == null || number.isNaN() || number.isInfinite() || Math.abs(precision) > 300) {
      throw context.error("the filter round takes a number, not " + Values.type(value));
    }
    RoundingMode mode =
        switch (method.toLowerCase(Locale.ROOT)) {
          case "common" -> RoundingMode.HALF_EVEN;
          case "ceil" -> RoundingMode.CEILING;
          case "floor" -> RoundingMode.FLOOR;
          default -> throw context.error("the filter round knows common, ceil and floor");
        };
    double rounded = new BigDecimal(number).setScale(precision, mode).doubleValue();
    boolean whole = value instanceof Long && method.equals("common");
    return whole ? (Object) (long) rounded : (Object) rounded;
  }
}
