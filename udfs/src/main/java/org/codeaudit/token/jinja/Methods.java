package org.codeaudit.token.jinja;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/** The methods of Python's strings, lists and dictionaries, bound to their value. */
final class Methods {
  private static final Map<String, BiFunction<Text, Arguments, Object>> STRING = new HashMap<>();
  private static final Map<String, BiFunction<Map<?, ?>, Arguments, Object>> MAP = new HashMap<>();

  /** Python has these as well; silence would render something else than transformers. */
  private static final Set<String> OTHER_STRING =
      Set.of(
          "casefold",
          "center",
          "encode",
          "expandtabs",
          "format",
          "format_map",
          "isascii",
          "isdecimal",
          "isidentifier",
          "isnumeric",
          "isprintable",
          "istitle",
          "ljust",
          "maketrans",
          "rindex",
          "rjust",
          "rpartition",
          "swapcase",
          "translate",
          "zfill");

  private static final Set<String> OTHER_LIST =
      Set.of(
          "append", "clear", "copy", "extend", "index", "insert", "pop", "remove", "reverse",
          "sort");
  private static final Set<String> OTHER_MAP =
      Set.of("clear", "copy", "fromkeys", "pop", "popitem", "setdefault", "update");

  static {
    STRING.put("startswith", (text, call) -> affix(text, call, true));
    STRING.put("endswith", (text, call) -> affix(text, call, false));
    STRING.put("strip", (text, call) -> Strings.strip(text, characters(call), true, true));
    STRING.put("lstrip", (text, call) -> Strings.strip(text, characters(call), true, false));
    STRING.put("rstrip", (text, call) -> Strings.strip(text, characters(call), false, true));
    STRING.put("upper", (text, call) -> Strings.upper(text));
    STRING.put("lower", (text, call) -> Strings.lower(text));
    STRING.put("title", (text, call) -> Strings.title(text));
    STRING.put("capitalize", (text, call) -> Strings.capitalize(text));
    STRING.put("split", (text, call) -> split(text, call, false));
    STRING.put("rsplit", (text, call) -> split(text, call, true));
    STRING.put(
        "splitlines", (text, call) -> Strings.lines(text, flag(call, "keepends"), call.context()));
    STRING.put("replace", Methods::replace);
    STRING.put("join", Methods::join);
    STRING.put("find", (text, call) -> find(text, call, false));
    STRING.put("rfind", (text, call) -> find(text, call, true));
    STRING.put("index", Methods::index);
    STRING.put("count", Methods::count);
    STRING.put("partition", Methods::partition);
    STRING.put("removeprefix", (text, call) -> remove(text, call, true));
    STRING.put("removesuffix", (text, call) -> remove(text, call, false));
    STRING.put("isspace", (text, call) -> Python.isSpace(text.toString()));
    STRING.put("isdigit", (text, call) -> all(text, Character::isDigit));
    STRING.put("isalpha", (text, call) -> all(text, Character::isLetter));
    STRING.put("isalnum", (text, call) -> all(text, Character::isLetterOrDigit));
    STRING.put("islower", (text, call) -> cased(text) && Strings.lower(text).equals(text));
    STRING.put("isupper", (text, call) -> cased(text) && Strings.upper(text).equals(text));
    MAP.put("items", (map, call) -> items(map, call.context()));
    MAP.put("keys", (map, call) -> Values.elements(map, call.context()));
    MAP.put("values", (map, call) -> new ArrayList<Object>(map.values()));
    MAP.put("get", Methods::get);
  }

  private Methods() {}

  /** The method of that name, or null where the value's type has none. */
  static Function bind(Object object, String name, Context context) {
    if (object instanceof Text text) {
      BiFunction<Text, Arguments, Object> method = STRING.get(name);
      refuse(OTHER_STRING, name, "string", context);
      return method == null
          ? null
          : call -> {
            context.budget().characters(text.length());
            return method.apply(text, call);
          };
    } else if (object instanceof Map<?, ?> map) {
      BiFunction<Map<?, ?>, Arguments, Object> method = MAP.get(name);
      refuse(map.containsKey(Text.trusted(name)) ? Set.of() : OTHER_MAP, name, "dict", context);
      return method == null ? null : call -> method.apply(map, call);
    } else if (object instanceof List<?> list) {
      refuse(OTHER_LIST, name, "list", context);
      return name.equals("count") ? call -> count(list, call) : null;
    }
    return null;
  }

  private static void refuse(Set<String> names, String name, String type, Context context) {
    if (names.contains(name)) {
      throw context.unsupported("the method " + type + "." + name);
    }
  }

  static List<Object> items(Map<?, ?> map, Context context) {
    context.budget().steps(map.size());
    List<Object> items = new ArrayList<>(map.size());
    map.forEach((key, value) -> items.add(Tuple.of(key, value)));
    return items;
  }

  private static Object get(Map<?, ?> map, Arguments call) {
    Object value = map.get(call.expect("key", "default").required(0, "key"));
    return value != null ? value : call.optional(1, "default", None.NONE);
  }

  private static Object affix(Text text, Arguments call, boolean start) {
    Object affix = call.expect("prefix").required(0, "prefix");
    List<?> affixes = affix instanceof Tuple tuple ? tuple : List.of(affix);
    for (Object each : affixes) {
      if (!(each instanceof Text)) {
        throw call.context().error(call.callee() + " takes a string, not " + Values.type(each));
      }
      String part = each.toString();
      if (start ? text.toString().startsWith(part) : text.toString().endsWith(part)) {
        return true;
      }
    }
    return false;
  }

  /** The characters to strip, or null for white space. */
  private static String characters(Arguments call) {
    Object characters = call.expect("chars").optional(0, "chars", None.NONE);
    return characters == None.NONE ? null : call.text(0, "chars").toString();
  }

  private static boolean flag(Arguments call, String name) {
    return Values.truth(call.expect(name).optional(0, name, false));
  }

  private static Object split(Text text, Arguments call, boolean fromRight) {
    Object separator = call.expect("sep", "maxsplit").optional(0, "sep", None.NONE);
    int limit = call.integer(1, "maxsplit", -1);
    return separator == None.NONE
        ? Strings.splitAtSpace(text, limit, fromRight, call.context())
        : Strings.split(text, call.text(0, "sep").toString(), limit, fromRight, call.context());
  }

  private static Object replace(Text text, Arguments call) {
    call.expect("old", "new", "count");
    return Strings.replace(
        text,
        call.text(0, "old").toString(),
        call.text(1, "new"),
        call.integer(2, "count", -1),
        call.context());
  }

  private static Object join(Text separator, Arguments call) {
    List<Object> items =
        Values.elements(call.expect("iterable").required(0, "iterable"), call.context());
    for (Object item : items) {
      if (!(item instanceof Text)) {
        throw call.context().error("join takes strings, not " + Values.type(item));
      }
    }
    return Strings.join(separator, items, call.context());
  }

  private static Object find(Text text, Arguments call, boolean last) {
    String part = call.expect("sub").text(0, "sub").toString();
    String characters = text.toString();
    int at = last ? characters.lastIndexOf(part) : characters.indexOf(part);
    return at < 0 ? -1L : (long) characters.codePointCount(0, at);
  }

  private static Object index(Text text, Arguments call) {
    Object at = find(text, call, false);
    if (at.equals(-1L)) {
      throw call.context().error("index: substring not found");
    }
    return at;
  }

  private static Object count(Text text, Arguments call) {
    String part = call.expect("sub").text(0, "sub").toString();
    if (part.isEmpty()) {
      return (long) Values.length(text, call.context()) + 1;
    }
    return (long) Strings.split(text, part, -1, false, call.context()).size() - 1;
  }

  private static Object count(List<?> list, Arguments call) {
    Object sought = call.expect("value").required(0, "value");
    return list.stream().filter(each -> Values.equal(each, sought, call.context())).count();
  }

  private static Object partition(Text text, Arguments call) {
    Text separator = call.expect("sep").text(0, "sep");
    int at = text.toString().indexOf(separator.toString());
    if (separator.isEmpty() || at < 0) {
      return Tuple.of(text, Text.EMPTY, Text.EMPTY);
    }
    int end = at + separator.length();
    return Tuple.of(
        text.substring(0, at), text.substring(at, end), text.substring(end, text.length()));
  }

  private static Object remove(Text text, Arguments call, boolean prefix) {
    String part = call.expect("affix").text(0, "affix").toString();
    if (prefix && text.toString().startsWith(part)) {
      return text.substring(part.length(), text.length());
    }
    return !prefix && text.toString().endsWith(part)
        ? text.substring(0, text.length() - part.length())
        : text;
  }

  private static boolean all(Text text, java.util.function.IntPredicate test) {
    return !text.isEmpty() && text.toString().codePoints().allMatch(test);
  }

  private static boolean cased(Text text) {
    return text.toString().codePoints().anyMatch(Python::isCased);
  }
}
