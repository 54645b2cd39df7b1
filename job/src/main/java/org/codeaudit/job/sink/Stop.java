package org.codeaudit.job.sink;

import java.util.Locale;
import java.util.OptionalLong;

/**
 * Why a run ended before its input did, without being aborted: its budget was used up.
 *
 * @param budget what was used up
 * @param inputsLeft inputs that were not processed; empty if counting them would have taken too
 *     long
 */
public record Stop(Budget budget, OptionalLong inputsLeft) {

  /** What a run may use up. */
  public enum Budget {
    TIME,
    TOKENS;

    /** As shown to people and stored in tables. */
    public String columnValue() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
