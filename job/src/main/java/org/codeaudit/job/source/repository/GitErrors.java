package org.codeaudit.job.source.repository;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.errors.RepositoryNotFoundException;

/** The errors of repositories, and what JGit's exceptions mean for the user. */
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
          ErrorClass.GIT_OBJECT_MISSING,
          what,
          "Object " + missing.getObjectId().name() + " is not in the repository",
          "If it is a partial clone, clone it in full; else check it with `git fsck`",
          cause);
    }
    if (cause instanceof RepositoryNotFoundException) {
      return new AuditException(
          ErrorClass.GIT_NOT_A_REPOSITORY,
          what,
          "There is no repository in its git folder",
          "Clone it again, on every machine under the same path",
          cause);
    }
    String detail = cause.getMessage() == null ? "" : ": " + cause.getMessage();
    return new AuditException(
        cause instanceof IOException ? ErrorClass.GIT_UNREADABLE : ErrorClass.GIT_FAILED,
        what,
        cause.getClass().getSimpleName() + detail,
        "Check the repository with `git fsck`; clone it again if it is damaged",
        cause);
  }

  /** A path at which there is no repository, nor below or around it. */
  static AuditException notARepository(String path) {
    return new AuditException(
        ErrorClass.GIT_NOT_A_REPOSITORY,
        "There is no git repository at " + path,
        "Neither it nor a folder directly inside it has a .git or is a bare repository, and no"
            + " repository around it has files of it",
        "Pass a working tree, a bare repository or a folder of repositories; for patch files use"
            + " format diff");
  }

  static AuditException unsupported(File gitFolder, String objectFormat) {
    return new AuditException(
        ErrorClass.GIT_UNSUPPORTED,
        "Repository " + gitFolder + " cannot be read",
        "Its object format is " + objectFormat + ", and only sha1 is supported",
        "Export its changes with `git format-patch` or `git log -p` and read them with format"
            + " diff");
  }

  /**
   * Settings that JGit cannot read. Names the line and does not quote it: an address in it may hold
   * a password.
   *
   * @param line 1-based; empty if it is not known
   */
  static AuditException config(File gitFolder, Path file, OptionalInt line, Exception cause) {
    return new AuditException(
        ErrorClass.GIT_CONFIG,
        "Repository " + gitFolder + " cannot be read",
        line.isPresent()
            ? "Line " + line.getAsInt() + " of its settings in " + file + " is not as git has them"
            : "Its settings in " + file + ", or in a file that they include, cannot be read",
        "Correct them until `git config --file " + file + " --list` shows them all",
        cause);
  }

  static AuditException empty(String place) {
    return new AuditException(
        ErrorClass.GIT_EMPTY_REPOSITORY,
        "Repository " + place + " cannot be read",
        "It has no commits",
        "Commit something first, or leave it out");
  }

  static AuditException unknownRevision(String place, String revision, String why) {
    return unknownRevision(
        place,
        revision,
        why,
        "Pass A..B, A (everything since A) or A^! (that commit alone) with names `git log` knows");
  }

  static AuditException unknownRevision(String place, String revision, String why, String fix) {
    return new AuditException(
        ErrorClass.GIT_UNKNOWN_REVISION,
        "Repository " + place + " has no commits `" + revision + "`",
        why,
        fix);
  }
}
