package org.codeaudit.finding;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.codeaudit.prompt.Side;

/**
 * One row of the table {@code findings} without the identity of its unit. All texts are redacted.
 *
 * @param findingId 32 hexadecimal digits, unique to a row key and a finding's position in its
 *     answer
 * @param fingerprint see {@link Fingerprint#strict}
 * @param fingerprintLoose see {@link Fingerprint#loose}
 * @param check the id of the check that was asked; empty for the open question
 * @param cwe number in the Common Weakness Enumeration; empty if none fits
 * @param confidence 0 to 1; empty if not measured
 * @param title the message's first sentence, at most {@value #TITLE_CHARACTERS} characters
 * @param quote the code it is about
 * @param side the side of the change that the quote is on; empty if unmatched
 * @param lineStart first line, 1-based, on that side; empty if unmatched
 * @param lineEnd last line, inclusive
 * @param anchorStatus how surely the quote names these lines
 * @param report the report it judges, if another tool made one
 */
public record Finding(
    String findingId,
    String fingerprint,
    String fingerprintLoose,
    Optional<String> check,
    Category category,
    Optional<String> cwe,
    Severity severity,
    OptionalDouble confidence,
    String title,
    String message,
    String suggestion,
    String quote,
    Optional<Side> side,
    OptionalInt lineStart,
    OptionalInt lineEnd,
    AnchorStatus anchorStatus,
    Optional<ToolReport> report) {

  /** The most characters of a title. */
  public static final int TITLE_CHARACTERS = 80;
}
