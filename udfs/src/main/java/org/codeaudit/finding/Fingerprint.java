package org.codeaudit.finding;

import org.codeaudit.Hashes;

/**
 * Recognises a finding in a later run after its lines have moved. Each is 32 hexadecimal digits of
 * a SHA-256 over the parts named below, in order. Free text of the model is left out, and so are
 * line numbers, repository and commit: the same defect in a fork has the same fingerprint.
 *
 * <p>Quote and enclosing declaration go in <em>as redacted</em> (callers pass them so), so that no
 * one can test guesses of a secret against a fingerprint, and with all white space removed, so that
 * indentation and spacing do not matter. Of the declaration only what comes before the first
 * parenthesis counts, so new parameters do not change it.
 */
final class Fingerprint {
  private static final String VERSION = "2";

  private Fingerprint() {}

  /**
   * Tells apart where a defect is: {@code "strict"}, the format's version, path, check, quote,
   * enclosing declaration, occurrence.
   *
   * @param check what was asked: a check's id, or the category that the open question gave
   * @param occurrence how many findings of the same unit with the same parts come before it
   */
  static String strict(String path, String check, String quote, String enclosing, int occurrence) {
    return Hashes.key(
        "strict",
        VERSION,
        path,
        check,
        dense(quote),
        symbol(enclosing),
        Integer.toString(occurrence));
  }

  /**
   * Survives moves to another file and other wording or another line in the same declaration:
   * {@code "loose"}, version, category, weakness, enclosing declaration. Where none encloses it the
   * quote stands in its place, for all such findings would be one.
   *
   * @param cwe number in the Common Weakness Enumeration; empty if none is meant
   */
  static String loose(Category category, String cwe, String quote, String enclosing) {
    String symbol = symbol(enclosing);
    return Hashes.key(
        "loose",
        VERSION,
        category.columnValue(),
        cwe,
        symbol.isEmpty() ? "quote" : "symbol",
        symbol.isEmpty() ? dense(quote) : symbol);
  }

  private static String symbol(String enclosing) {
    return dense(enclosing.split("\\(", 2)[0]);
  }

  private static String dense(String text) {
    return text.replaceAll("\\s+", "");
  }
}
