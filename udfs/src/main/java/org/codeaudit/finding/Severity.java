package org.codeaudit.finding;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** How bad a defect is, worst first. */
public enum Severity {
  CRITICAL,
  HIGH,
  MEDIUM,
  LOW,
  INFO;

  /** The name the model writes and the column {@code severity} stores. */
  public String columnValue() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The severity of that name, in any case. */
  public static Optional<Severity> of(String name) {
    return Stream.of(values()).filter(s -> s.name().equalsIgnoreCase(name.strip())).findFirst();
  }
}
