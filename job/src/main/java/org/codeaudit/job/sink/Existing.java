package org.codeaudit.job.sink;

import java.util.Locale;

/** What to do about tables that are there already. */
public enum Existing {
  /** Refuse to run. */
  FAIL,
  /** Add this run's rows to them. */
  APPEND,
  /** Replace them once this run is whole. */
  OVERWRITE;

  /** As it is written on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
