package org.codeaudit.token.jinja;

import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;

/** The errors of a template, named by what a user can do about them. */
final class TemplateErrors {
  private static final String FIX =
      "Use a checkpoint whose chat template is plainer, or edit its chat template";

  private TemplateErrors() {}

  static AuditException unsupported(int line, String construct) {
    return new AuditException(
        ErrorClass.TEMPLATE_UNSUPPORTED,
        "The chat template cannot be used",
        "Line " + line + " uses " + construct + ", which is not supported",
        FIX);
  }

  static AuditException syntax(int line, String problem) {
    return new AuditException(
        ErrorClass.TEMPLATE_INVALID,
        "The chat template cannot be read",
        "Line " + line + ": " + problem,
        FIX);
  }

  static AuditException failed(int line, String problem) {
    return new AuditException(
        ErrorClass.TEMPLATE_FAILED,
        "The chat template failed",
        "Line " + line + ": " + problem,
        FIX);
  }

  static AuditException limit(String limit) {
    return new AuditException(
        ErrorClass.TEMPLATE_LIMIT, "The chat template was stopped", "It needs " + limit, FIX);
  }

  /** What {@code raise_exception} is for: the template refuses these messages. */
  static AuditException refused(int line, Text message) {
    StringBuilder shown = new StringBuilder();
    // What a message says is not for logs.
    message.runs().forEach(run -> shown.append(run.trusted() ? run.characters() : "…"));
    return new AuditException(
        ErrorClass.TEMPLATE_REFUSED,
        "The chat template refuses these messages (line " + line + ")",
        "It says: " + shown,
        "Change the roles or the order of the messages, e.g. leave out the system message");
  }
}
