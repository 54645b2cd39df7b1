package org.codeaudit.job.sink;

import java.util.Locale;

/** What to do about tables that are there already. */
public enum Existing {
  /** Continue where earlier runs ended: only rows that are new or failed are asked. */
  RESUME,
  /** Ask every row again and add the answers, as further attempts. */
  APPEND,
  /** Replace them, with the first rows this run publishes. */
  OVERWRITE,
  /** Refuse to run. */
  FAIL;

  /** As written on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
