package org.codeaudit.finding;

import java.util.Locale;

/** How surely a quote names lines of the code. */
public enum AnchorStatus {
  /** It stands at one place. */
  EXACT,
  /** It stands at several places, one of which was chosen. */
  AMBIGUOUS,
  /** It stands nowhere in the code that was reviewed. */
  UNMATCHED;

  /** The name stored in the column {@code anchor_status}. */
  public String columnValue() {
    return name().toLowerCase(Locale.ROOT);
  }
}
