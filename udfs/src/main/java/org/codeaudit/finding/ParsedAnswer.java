package org.codeaudit.finding;

import java.util.List;

/**
 * What could be read of an answer.
 *
 * @param findings the complete ones, in order
 * @param ending how reading ended
 * @param read characters of the answer up to the end of the last complete finding, or of the whole
 *     object if it is complete; what follows was dropped
 */
public record ParsedAnswer(List<ParsedFinding> findings, Ending ending, int read) {

  /** How an answer ends. */
  public enum Ending {
    /** The object of findings was closed. */
    COMPLETE,
    /** The text ends within it, or within the thoughts before it. */
    TRUNCATED,
    /** It holds no object of findings, or breaks JSON's rules within it. */
    MALFORMED
  }

  public ParsedAnswer {
    findings = List.copyOf(findings);
  }
}
