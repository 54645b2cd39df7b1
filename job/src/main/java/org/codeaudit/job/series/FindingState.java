package org.codeaudit.job.series;

import java.util.Arrays;
import java.util.Locale;

/** What a run says of a finding, compared with the runs before it. */
public enum FindingState {
  /** It was not known before. */
  NEW(true),
  /** It was known, at this place. */
  EXISTING(true),
  /** It was known in another file or function, whose code is no longer there. */
  MOVED(true),
  /** It was gone and is there again. */
  REOPENED(true),
  /**
   * It was not found again although its code is as it was, here or in a file that has come since:
   * the answer has changed, not the code.
   */
  NOT_REPRODUCED(false),
  /** It was not found again and its code has changed or is gone. */
  FIXED(false);

  private final boolean standing;

  FindingState(boolean standing) {
    this.standing = standing;
  }

  /** Whether the run found it. */
  public boolean standing() {
    return standing;
  }

  /** Whether nobody can have seen it in the run before. */
  public boolean unseen() {
    return this == NEW || this == REOPENED;
  }

  /** As the column {@code state} has it. */
  public String columnValue() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The state a column names. */
  public static FindingState of(String columnValue) {
    return Arrays.stream(values())
        .filter(state -> state.columnValue().equals(columnValue))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no state is called " + columnValue));
  }
}
