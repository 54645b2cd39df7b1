package org.codeaudit.finding;

import java.util.Optional;

/**
 * One finding as the model wrote it.
 *
 * @param quote code it points at; may have several lines; empty if it gave none
 * @param start where its object begins in the answer, in characters (UTF-16), at the brace
 * @param end where it ends, exclusive
 * @param cwe number in the Common Weakness Enumeration; empty for the category's
 * @param report what it judges; empty if the model found it itself
 */
public record ParsedFinding(
    String quote,
    String message,
    String suggestion,
    String category,
    String severity,
    int start,
    int end,
    Optional<String> cwe,
    Optional<ToolReport> report) {

  /** One that the model found itself. */
  public ParsedFinding(
      String quote,
      String message,
      String suggestion,
      String category,
      String severity,
      int start,
      int end) {
    this(
        quote,
        message,
        suggestion,
        category,
        severity,
        start,
        end,
        Optional.empty(),
        Optional.empty());
  }
}
