package org.codeaudit.job.audit;

import java.util.Optional;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;

/**
 * A run that had begun and could not go on. What it published is kept. A command that refuses to
 * begin throws an {@link AuditException} instead, and a run whose budget was used up is not
 * aborted: it has a {@link org.codeaudit.job.sink.Stop}.
 */
public final class RunAborted extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What a run can be aborted by. */
  public enum Reason {
    /** The model cannot be fetched, loaded or placed. */
    MODEL,
    /** What is to be reviewed cannot be read. */
    SOURCE,
    /** What was done cannot be written. */
    OUTPUT,
    /** Another error that a user can act on. */
    OTHER,
    /** Executors that were lost, a disk that was full, an error in this program. */
    UNEXPECTED
  }

  private final AuditException error;

  private RunAborted(String message, AuditException error, Throwable cause) {
    super(message, cause);
    this.error = error;
  }

  /** Ends a run because of a failure, whose cause Spark may have wrapped several times. */
  public static RunAborted by(Throwable failure) {
    if (failure instanceof RunAborted aborted) {
      return aborted;
    }
    Throwable root = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof AuditException error) {
        return new RunAborted(error.getMessage(), error, failure);
      }
      root = cause;
    }
    // Spark appends the stack to its messages.
    String reason = root.toString().lines().findFirst().orElseGet(root.getClass()::getName);
    return new RunAborted("the run was aborted: " + reason, null, failure);
  }

  /** The error that aborted the run, if it is one that a user can act on. */
  public Optional<AuditException> error() {
    return Optional.ofNullable(error);
  }

  /** What the run was aborted by. */
  public Reason reason() {
    return error().map(AuditException::errorClass).map(RunAborted::of).orElse(Reason.UNEXPECTED);
  }

  private static Reason of(ErrorClass error) {
    return switch (error.concern()) {
      case MODEL -> Reason.MODEL;
      case SOURCE -> Reason.SOURCE;
      case OUTPUT -> Reason.OUTPUT;
      case REQUEST, QUESTION -> Reason.OTHER;
    };
  }
}
