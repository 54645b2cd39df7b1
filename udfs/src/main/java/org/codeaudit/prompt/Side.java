package org.codeaudit.prompt;

import java.util.Locale;

/** A side of a change: the file before it or after it. */
public enum Side {
  OLD,
  NEW;

  /** The name stored in the column {@code side}. */
  public String columnValue() {
    return name().toLowerCase(Locale.ROOT);
  }
}
