package org.codeaudit.job.series;

import java.util.Optional;

/**
 * A finding that earlier runs left, and what the present one saw of its file.
 *
 * @param identity what it is called in all runs
 * @param state what was said of it last
 * @param last where it was seen last
 * @param file what became of the file in this run; empty if it was not seen, or only changes of it:
 *     of these nothing can be said once they are over
 * @param elsewhere where the finding's code has gone as it was
 */
record Known(
    String identity,
    FindingState state,
    Sighting last,
    Optional<File> file,
    Optional<Elsewhere> elsewhere) {

  /**
   * A file that has come since and has the finding's code.
   *
   * @param read whether all of it was asked about
   */
  record Elsewhere(String path, boolean read) {}

  /** What a run can say of the file a finding was in. */
  enum File {
    /** All of it was answered, and the finding's code is as it was. */
    HOLDS_CODE,
    /** All of it was answered, and the finding's code has changed. */
    CODE_CHANGED,
    /** It is not there any more. */
    GONE,
    /** It was skipped, failed at least in part, or it is not known what code it has. */
    UNREAD
  }

  /** Whether it was gone when it was last looked for. */
  boolean fixed() {
    return state == FindingState.FIXED;
  }

  /** Whether it was not found when it was last looked for, though its code was there. */
  boolean notReproduced() {
    return state == FindingState.NOT_REPRODUCED;
  }

  /** Whether the code it was about is no longer where it was. */
  boolean codeIsGone() {
    return file.filter(seen -> seen == File.CODE_CHANGED || seen == File.GONE).isPresent();
  }
}
