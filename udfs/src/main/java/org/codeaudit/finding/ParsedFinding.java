package org.codeaudit.finding;

/**
 * One finding as the model wrote it.
 *
 * @param quote code it points at; may have several lines; empty if it gave none
 * @param start where its object begins in the answer, in characters (UTF-16), at the brace
 * @param end where it ends, exclusive
 */
public record ParsedFinding(
    String quote,
    String message,
    String suggestion,
    String category,
    String severity,
    int start,
    int end) {}
