package org.codeaudit.token.jinja;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The functions every template can call. */
final class Functions {
  static final Map<String, Function> GLOBALS =
      Map.of(
          "namespace", Functions::namespace,
          "range", Functions::range,
          "dict", Functions::dict,
          "raise_exception", Functions::raise,
          "strftime_now", Functions::now);

  /** Jinja's sandbox allows no longer ranges. */
  private static final int LONGEST_RANGE = 100_000;

  private static final Map<Character, String> DATE_PATTERNS =
      Map.ofEntries(
          Map.entry('d', "dd"),
          Map.entry('m', "MM"),
          Map.entry('Y', "yyyy"),
          Map.entry('y', "yy"),
          Map.entry('b', "MMM"),
          Map.entry('B', "MMMM"),
          Map.entry('a', "EEE"),
          Map.entry('A', "EEEE"),
          Map.entry('H', "HH"),
          Map.entry('I', "hh"),
          Map.entry('M', "mm"),
          Map.entry('S', "ss"),
          Map.entry('p', "a"),
          Map.entry('j', "DDD"));

  private Functions() {}

  private static Object namespace(Arguments call) {
    return new Namespace(dict(call));
  }

  private static Map<Text, Object> dict(Arguments call) {
    Map<Text, Object> map = new LinkedHashMap<>();
    for (Object given : call.positional()) {
      if (!(given instanceof Map<?, ?> other)) {
        throw call.context().error(call.callee() + " takes a mapping, not " + Values.type(given));
      }
      other.forEach((key, value) -> map.put(Values.string(key, call.context()), value));
    }
    call.named().forEach((name, value) -> map.put(Text.trusted(name), value));
    return map;
  }

  private static Object range(Arguments call) {
    call.expect("start", "stop", "step");
    boolean one = call.size() == 1;
    int start = one ? 0 : call.integer(0, "start", 0);
    int stop = call.integer(one ? 0 : 1, "stop", 0);
    int step = call.integer(2, "step", 1);
    if (step == 0) {
      throw call.context().error("range takes a step that is not 0");
    }
    List<Object> numbers = new ArrayList<>();
    for (long at = start; step > 0 ? at < stop : at > stop; at += step) {
      if (numbers.size() == LONGEST_RANGE) {
        throw call.context().error("range gives more than " + LONGEST_RANGE + " numbers");
      }
      call.context().budget().step();
      numbers.add(at);
    }
    return numbers;
  }

  private static Object raise(Arguments call) {
    Object message = call.expect("message").required(0, "message");
    Context context = call.context();
    throw TemplateErrors.refused(context.line(), Values.string(message, context));
  }

  /** The time of day in Python's {@code strftime} format, in English. */
  private static Object now(Arguments call) {
    Text format = call.expect("format").text(0, "format");
    LocalDateTime now = LocalDateTime.now(call.context().clock());
    return format.map(run -> format(run, now, call.context()));
  }

  private static String format(String format, LocalDateTime now, Context context) {
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < format.length(); at++) {
      char character = format.charAt(at);
      if (character != '%') {
        text.append(character);
        continue;
      }
      char directive = ++at < format.length() ? format.charAt(at) : '%';
      String pattern = DATE_PATTERNS.get(directive);
      if (pattern == null && directive != '%') {
        throw context.unsupported("the directive %" + directive + " of strftime");
      }
      text.append(
          pattern == null ? "%" : DateTimeFormatter.ofPattern(pattern, Locale.US).format(now));
    }
    return text.toString();
  }
}
