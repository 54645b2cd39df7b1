package org.codeaudit.job.source.repository;

import java.io.IOException;
import org.codeaudit.AuditException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.errors.RepositoryNotFoundException;

/** Says what JGit's exceptions mean for the user. */
public final class GitErrors {
  private GitErrors() {}

  /**
   * @param what what could not be done, naming repository, commit and path
   */
  public static AuditException of(String what, Exception cause) {
    if (cause instanceof AuditException said) {
      return said;
    }
    if (cause instanceof MissingObjectException missing) {
      return new AuditException(
          "GIT_OBJECT_MISSING",
          what,
          "Object " + missing.getObjectId().name() + " is not in the repository",
          "If it is a partial clone, clone it in full; else check it with `git fsck`",
          cause);
    }
    if (cause instanceof RepositoryNotFoundException) {
      return new AuditException(
          "GIT_NOT_A_REPOSITORY",
          what,
          "There is no repository in its git folder",
          "Clone it again, on every machine under the same path",
          cause);
    }
    String detail = cause.getMessage() == null ? "" : ": " + cause.getMessage();
    return new AuditException(
        cause instanceof IOException ? "GIT_UNREADABLE" : "GIT_FAILED",
        what,
        cause.getClass().getSimpleName() + detail,
        "Check the repository with `git fsck`; clone it again if it is damaged",
        cause);
  }
}
