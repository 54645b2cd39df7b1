package org.codeaudit.job.doctor;

/**
 * What a check found.
 *
 * @param status of the check
 * @param figure what was measured or seen
 * @param advice what to do about it; empty if nothing
 */
record Diagnosis(Status status, String figure, String advice) {

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

  static Diagnosis ok(String figure) {
    return new Diagnosis(Status.OK, figure, "");
  }

  static Diagnosis failed(String figure, String advice) {
    return new Diagnosis(Status.FAILED, figure, advice);
  }

  static Diagnosis skipped(String reason) {
    return new Diagnosis(Status.SKIPPED, reason, "");
  }

  /** Fine or not. */
  static Diagnosis of(boolean fine, String figure, String advice) {
    return fine ? ok(figure) : failed(figure, advice);
  }
}
