package org.codeaudit.token.jinja;

import java.util.List;
import java.util.Map;

/**
 * The evaluated arguments of a call.
 *
 * @param callee what is called, for messages
 */
record Arguments(
    String callee, List<Object> positional, Map<String, Object> named, Context context) {

  int size() {
    return positional.size() + named.size();
  }

  /** The argument at a position or of that name, or the default. */
  Object optional(int position, String name, Object otherwise) {
    if (position < positional.size()) {
      return positional.get(position);
    }
    return named.getOrDefault(name, otherwise);
  }

  Object required(int position, String name) {
    Object value = optional(position, name, null);
    if (value == null) {
      throw context.error(callee + " lacks its argument " + name);
    }
    return value;
  }

  Text text(int position, String name) {
    Object value = required(position, name);
    if (value instanceof Text text) {
      return text;
    }
    throw context.error(callee + " takes a string as " + name + ", not " + Values.type(value));
  }

  int integer(int position, String name, int otherwise) {
    Object value = optional(position, name, (long) otherwise);
    Long number = Values.integer(value);
    if (number != null && number == number.intValue()) {
      return number.intValue();
    }
    throw context.error(callee + " takes an integer as " + name + ", not " + Values.type(value));
  }

  /** Refuses arguments beyond the given names, positional ones in their order. */
  Arguments expect(String... names) {
    if (positional.size() > names.length || !List.of(names).containsAll(named.keySet())) {
      throw context.error(
          callee + " is supported with " + (names.length == 0 ? "no arguments" : List.of(names)));
    }
    return this;
  }
}
