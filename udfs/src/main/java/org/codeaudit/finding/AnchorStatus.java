package org.codeaudit.finding;

import java.util.Locale;

/** How certain it is which lines a quote was copied from. */
public enum AnchorStatus {
  /** It was found at one place. */
  EXACT,
  /** It was found at several places, one of which was chosen. */
  AMBIGUOUS,
  /** It is not in the code that was reviewed. */
  UNMATCHED;

  /** The name stored in the column {@code anchor_status}. */
  public String columnValue() {
    return name().toLowerCase(Locale.ROOT);
  }
}
