package org.codeaudit.rule;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What people have decided about a finding. */
public enum Decision {
  /** It is true, and the risk is taken. */
  ACCEPTED,
  /** It is wrong. */
  FALSE_POSITIVE,
  /** It is true, and will stay. */
  WONT_FIX;

  /** The name in rules and in the column {@code suppressed}, e.g. {@code false-positive}. */
  public String columnValue() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The decision of that name, in any case. */
  public static Optional<Decision> of(String name) {
    return Stream.of(values()).filter(d -> d.columnValue().equalsIgnoreCase(name)).findFirst();
  }
}
