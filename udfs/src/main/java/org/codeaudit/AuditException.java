package org.codeaudit;

import java.util.regex.Pattern;

/**
 * An error a user can act on: what went wrong, why, and how to fix it.
 *
 * <p>The message is one paragraph that names the file, row or option concerned and never quotes the
 * code under review (it is shown in logs and stored in tables). Control characters become blanks:
 * names may come from those who wrote what is read, and a terminal does what such characters say.
 * Programming errors are not of this type.
 */
public final class AuditException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");

  private final ErrorClass errorClass;
  private final String what;
  private final String why;
  private final String fix;

  /**
   * @param errorClass what kind of error it is
   * @param what what could not be done, naming the file, row or option
   * @param why the reason, with the figures that show it
   * @param fix what the user can do about it
   */
  public AuditException(ErrorClass errorClass, String what, String why, String fix) {
    this(errorClass, what, why, fix, null);
  }

  /**
   * As {@link #AuditException(ErrorClass, String, String, String)} with the exception that caused
   * it.
   */
  public AuditException(
      ErrorClass errorClass, String what, String why, String fix, Throwable cause) {
    super(sentence(what) + " " + sentence(why) + " " + sentence(fix), cause);
    this.errorClass = errorClass;
    this.what = plain(what);
    this.why = plain(why);
    this.fix = plain(fix);
  }

  /** What kind of error it is. */
  public ErrorClass errorClass() {
    return errorClass;
  }

  /** What could not be done. */
  public String what() {
    return what;
  }

  /** The reason. */
  public String why() {
    return why;
  }

  /** What the user can do about it. */
  public String fix() {
    return fix;
  }

  private static String plain(String text) {
    return CONTROL.matcher(text).replaceAll(" ");
  }

  private static String sentence(String text) {
    String trimmed = plain(text).strip();
    return trimmed.endsWith(".") || trimmed.endsWith("?") ? trimmed : trimmed + ".";
  }
}
