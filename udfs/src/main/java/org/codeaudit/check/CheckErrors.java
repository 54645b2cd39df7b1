package org.codeaudit.check;

import java.util.List;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;

/** The errors of the files that describe checks. */
final class CheckErrors {
  private CheckErrors() {}

  /** A file with all that is wrong in it. */
  static AuditException invalid(String file, List<String> problems) {
    return invalid(file, String.join("; ", problems), "docs/checks.md lists the keys of a check");
  }

  /** A file whose check has the id of another file's. */
  static AuditException sameId(String file, String id, String other) {
    return invalid(
        file, "its id " + id + " is that of " + other, "Give each check an id of its own");
  }

  private static AuditException invalid(String file, String why, String fix) {
    return new AuditException(
        ErrorClass.CHECK_INVALID, "The check " + file + " cannot be used", why, fix);
  }

  static AuditException unreadable(String which, Exception cause) {
    return new AuditException(
        ErrorClass.CHECK_UNREADABLE,
        "The checks " + which + " cannot be read",
        cause.toString(),
        "Name a readable folder of YAML files in UTF-8",
        cause);
  }

  /** A check that is asked for and is not among those that are known. */
  static AuditException unknown(String id, String where, List<String> known) {
    return new AuditException(
        ErrorClass.OPTION,
        "There is no check " + id,
        where + " asks for it, and the checks are " + known,
        "Correct the name, or name the folder of the check with --checks");
  }
}
