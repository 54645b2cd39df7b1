package org.codeaudit.rule;

import java.time.LocalDate;
import java.util.Locale;
import java.util.Optional;

/**
 * Why a finding needs no attention.
 *
 * @param kind where somebody has said so
 * @param reason in that person's words
 * @param expires the last day it holds; empty for always
 * @param by who has decided; empty if that is not said
 */
public record Suppression(
    Kind kind, Decision decision, String reason, Optional<LocalDate> expires, Optional<String> by) {

  /** Where a suppression is written. */
  public enum Kind {
    /** A remark in the code. */
    INLINE,
    /** A file of rules. */
    RULES;

    /** The name in the column {@code suppressed_by}. */
    public String columnValue() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
