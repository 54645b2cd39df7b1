package org.codeaudit.change;

import java.util.Locale;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;

/**
 * The errors of patches. They name lines and never quote them: what cannot be read may hold
 * secrets.
 */
public final class DiffErrors {
  private static final String FETCH_AGAIN = "Fetch or export the patch again";
  private static final String NAME_IT =
      "Export the patch with the names of its files; for a column of a table, name the column that"
          + " has them with --path-column";

  private DiffErrors() {}

  /** A patch in which nothing is a changed file. */
  public static AuditException notAPatch(String patch) {
    return new AuditException(
        ErrorClass.DIFF_NOT_A_PATCH,
        "Cannot read patch " + patch,
        "No line of it begins a changed file (`diff --git`, or `---` followed by `+++`)",
        "Pass unified diffs, e.g. of `git diff` or `git format-patch`");
  }

  /** A patch that this program fails over. */
  public static AuditException unexpected(String subject, RuntimeException broken) {
    return new AuditException(
        ErrorClass.DIFF_UNREADABLE,
        "Cannot read " + subject,
        "The program failed over it: " + broken.getClass().getSimpleName(),
        "Report it with the patch; the rest of the run is not concerned",
        broken);
  }

  /** A file that has a header and no hunks, where there should be some. */
  static AuditException noHunks(String subject, int line, int lastLine) {
    return new AuditException(
        ErrorClass.DIFF_TRUNCATED,
        "Cannot read " + subject,
        "Its part begins at line "
            + line
            + " but has no hunks: the patch ends or goes on with something else after line "
            + lastLine,
        FETCH_AGAIN);
  }

  /** A patch that ends within a hunk. */
  static AuditException truncated(
      String subject, int lastLine, String hunk, int oldLeft, int newLeft) {
    return new AuditException(
        ErrorClass.DIFF_TRUNCATED,
        "Cannot read " + subject,
        "The patch ends at line "
            + lastLine
            + ", in the middle of "
            + hunk
            + ": "
            + missing(oldLeft, newLeft),
        FETCH_AGAIN);
  }

  /** A hunk after whose last line something else follows too early. */
  static AuditException tooShort(String subject, int line, String hunk, int oldLeft, int newLeft) {
    return malformed(
        subject,
        hunk
            + " has fewer lines than its header says: "
            + missing(oldLeft, newLeft)
            + " at line "
            + line);
  }

  private static String missing(int oldLeft, int newLeft) {
    return oldLeft + " old and " + newLeft + " new lines are missing";
  }

  /** A hunk that is not as its header says. */
  static AuditException malformed(String subject, String why) {
    return new AuditException(
        ErrorClass.DIFF_MALFORMED,
        "Cannot read " + subject,
        why.substring(0, 1).toUpperCase(Locale.ROOT) + why.substring(1),
        "Export the patch again, e.g. with `git diff` or `git format-patch`, and do not edit it by"
            + " hand");
  }

  /** A file whose changes are written as {@code diff} or {@code diff -c} write them. */
  static AuditException otherFormat(String subject, int line) {
    return new AuditException(
        ErrorClass.DIFF_NOT_A_PATCH,
        "Cannot read " + subject,
        "What begins at line " + line + " is no unified diff",
        "Export it as one, e.g. with `git diff` or `diff -u`");
  }

  /** A hunk before any file. */
  static AuditException orphan(String patch, int line) {
    return new AuditException(
        ErrorClass.DIFF_MALFORMED,
        "Cannot read patch " + patch,
        "The hunk of line "
            + line
            + " has no file: no `diff --git` line and no `---` and `+++` lines come before it",
        NAME_IT);
  }

  /** A header of a file that does not name it. */
  static AuditException nameless(String subject, int line) {
    return new AuditException(
        ErrorClass.DIFF_NAMELESS,
        "Cannot read " + subject,
        "The header of line " + line + " is nameless: it does not say which file its hunks are of",
        NAME_IT);
  }
}
