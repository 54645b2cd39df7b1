package org.codeaudit.code;

import java.util.Locale;
import java.util.OptionalInt;

/**
 * What came of a command.
 *
 * @param exitCode of the command; empty where it did not end by itself
 * @param nanos it ran
 * @param output the last of what it printed
 */
public record CheckOutcome(Status status, OptionalInt exitCode, long nanos, String output) {

  /** Ways to end. */
  public enum Status {
    PASSED,
    FAILED,
    /** Killed: it ran for too long. */
    TIME,
    /** Killed: its processes had too much memory. */
    MEMORY,
    /** Killed: it printed too much. */
    OUTPUT,
    /** The system could not start it. */
    NOT_STARTED;

    /** The name stored in tables. */
    public String columnValue() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
