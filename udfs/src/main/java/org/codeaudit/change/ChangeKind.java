package org.codeaudit.change;

import java.util.Locale;

/** What happened to a file. */
public enum ChangeKind {
  ADDED,
  MODIFIED,
  DELETED,
  RENAMED,
  COPIED,
  MODE_CHANGED,
  /** A whole file, read as it is: nothing is said about a change. */
  FILE;

  /** The name stored in the column {@code change_kind}. */
  public String columnValue() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The kind of a stored name. */
  public static ChangeKind of(String columnValue) {
    return valueOf(columnValue.toUpperCase(Locale.ROOT));
  }
}
