package org.codeaudit.generate.grammar;

import java.io.Serializable;

/**
 * Bounds of one review's answer.
 *
 * @param findings the most findings
 * @param quoteBytes longest line that can be quoted, in bytes of JSON; longer ones are left out
 * @param messageBytes longest message, in bytes of JSON
 * @param suggestionBytes longest suggestion, in bytes of JSON; it may be empty
 */
public record FindingsLimits(int findings, int quoteBytes, int messageBytes, int suggestionBytes)
    implements Serializable {

  /** Eight findings, lines of 500 bytes, texts of 400. */
  public static final FindingsLimits DEFAULT = new FindingsLimits(8, 500, 400, 400);

  public FindingsLimits {
    if (findings < 0 || quoteBytes < 1 || messageBytes < 1 || suggestionBytes < 0) {
      throw new IllegalArgumentException(
          "limits of findings must be 0 or more, of quotes and messages 1 or more");
    }
  }
}
