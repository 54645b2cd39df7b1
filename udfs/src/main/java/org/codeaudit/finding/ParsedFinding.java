package org.codeaudit.finding;

import java.util.Optional;

/**
 * One finding as the model wrote it.
 *
 * @param check the id of the check it answers; empty for the open question
 * @param quote the code it is about; may have several lines; empty if the model gave none
 * @param start where its object begins in the answer, in characters (UTF-16), at the brace
 * @param end where it ends, exclusive
 * @param cwe number in the Common Weakness Enumeration; empty to use the category's
 * @param report the report it judges; empty if the model found the defect itself
 */
public record ParsedFinding(
    Optional<String> check,
    String quote,
    String message,
    String suggestion,
    String category,
    String severity,
    int start,
    int end,
    Optional<String> cwe,
    Optional<ToolReport> report) {

  /** An answer to the open question. */
  public ParsedFinding(
      String quote,
      String message,
      String suggestion,
      String category,
      String severity,
      int start,
      int end) {
    this(
        Optional.empty(),
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
