package org.codeaudit.job.doctor;

/**
 * What a check found.
 *
 * @param status of the check
 * @param figure what was measured or seen
 * @param advice what to do about it; empty if nothing
 */
record Finding(Status status, String figure, String advice) {

  /** How a check ended. */
  enum Status {
    OK,
    FAILED,
    SKIPPED;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  static Finding ok(String figure) {
    return new Finding(Status.OK, figure, "");
  }

  static Finding failed(String figure, String advice) {
    return new Finding(Status.FAILED, figure, advice);
  }

  static Finding skipped(String reason) {
    return new Finding(Status.SKIPPED, reason, "");
  }

  /** Fine or not. */
  static Finding of(boolean fine, String figure, String advice) {
    return fine ? ok(figure) : failed(figure, advice);
  }
}
