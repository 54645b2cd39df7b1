package org.codeaudit.job.sink;

/** What to do about tables that are there already. */
public enum Existing {
  /** Refuse to run. */
  FAIL,
  /** Add this run's rows to them. */
  APPEND,
  /** Replace them once this run is whole. */
  OVERWRITE
}
