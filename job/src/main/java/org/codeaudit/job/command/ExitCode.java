package org.codeaudit.job.command;

import org.codeaudit.job.audit.AuditRun;

/** The exit codes of the process. */
public final class ExitCode {
  /** Every row came back and none failed. */
  public static final int OK = 0;

  /** Every row came back and some failed. */
  public static final int ROWS_FAILED = 1;

  /** Wrong arguments, or nothing could be started. */
  public static final int USAGE = 2;

  /** The run was aborted. */
  public static final int ABORTED = 3;

  /** The budget was used up: what was started came back, and something is left. */
  public static final int STOPPED = 4;

  /**
   * Something was found that {@code --fail-on} does not let pass, whatever else there is to say.
   */
  public static final int GATE_SHUT = 5;

  private ExitCode() {}

  /** The exit code of a run that was not aborted. */
  static int of(AuditRun.Result result) {
    if (result.stop().isPresent()) {
      return STOPPED;
    }
    return result.summary().failed() == 0 ? OK : ROWS_FAILED;
  }
}
