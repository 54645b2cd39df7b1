package org.codeaudit.finding;

/**
 * Recognises a finding in a later run, when its lines have moved. Each is 32 hexadecimal digits of
 * a SHA-256 over the parts named below, in order. Nothing the model words freely goes in, no line
 * number, and no repository or commit: the same defect of a fork is the same.
 *
 * <p>Quote and enclosing declaration go in <em>as redacted</em> (callers pass them so), so that no
 * one can test guesses of a secret against a fingerprint, and with all white space removed, so that
 * indentation and spacing do not matter. Of the declaration only what stands before the first
 * parenthesis counts: new parameters leave it as it is.
 */
final class Fingerprint {
  private static final String VERSION = "1";

  private Fingerprint() {}

  /**
   * Tells apart where a defect is: {@code "strict"}, the format's version, path, category, quote,
   * enclosing declaration, occurrence.
   *
   * @param occurrence how many findings of the same unit with the same parts come before it
   */
  static String strict(
      String path, Category category, String quote, String enclosing, int occurrence) {
    return Hashes.of(
        "strict",
        VERSION,
        path,
        category.columnValue(),
        dense(quote),
        dense(enclosing.split("\\(", 2)[0]),
        Integer.toString(occurrence));
  }

  /** Survives moves to another file or function: {@code "loose"}, version, category, quote. */
  static String loose(Category category, String quote) {
    return Hashes.of("loose", VERSION, category.columnValue(), dense(quote));
  }

  private static String dense(String text) {
    return text.replaceAll("\\s+", "");
  }
}
