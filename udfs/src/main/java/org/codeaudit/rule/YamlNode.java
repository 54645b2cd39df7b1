package org.codeaudit.rule;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A part of a YAML file that knows its line: one of a map, a list or a text.
 *
 * @param line 1-based
 * @param entries by their keys, null for what is no map
 * @param items null for what is no list
 * @param text null for what is no text; empty where nothing is written
 */
record YamlNode(int line, Map<String, YamlNode> entries, List<YamlNode> items, String text) {
  static YamlNode map(int line) {
    return new YamlNode(line, new LinkedHashMap<>(), null, null);
  }

  static YamlNode list(int line) {
    return new YamlNode(line, null, new ArrayList<>(), null);
  }

  static YamlNode text(int line, String text) {
    return new YamlNode(line, null, null, text);
  }

  boolean isMap() {
    return entries != null;
  }

  boolean isText() {
    return text != null;
  }

  /** Whether nothing is written. */
  boolean isEmpty() {
    return isText() && text.isBlank();
  }

  /** Its items; of what is no list, itself. */
  List<YamlNode> each() {
    return items == null ? List.of(this) : items;
  }
}
