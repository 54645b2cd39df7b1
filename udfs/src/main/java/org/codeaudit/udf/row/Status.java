package org.codeaudit.udf.row;

import java.util.Locale;

/** How a row came back. */
public enum Status {
  /** The answer is whole. */
  OK,
  /** The answer was cut at the limit of new tokens or of the context; what was whole is kept. */
  TRUNCATED,
  /** Not asked, and {@code skip_reason} says why. */
  SKIPPED,
  /** Something went wrong, and {@code error_class} and {@code error_message} say what. */
  FAILED,
  /** Answered by an earlier run, of which it is a row; this one only saw that it is still so. */
  UNCHANGED;

  /** The name stored in the column {@code status}. */
  public String columnValue() {
    return name().toLowerCase(Locale.ROOT);
  }
}
