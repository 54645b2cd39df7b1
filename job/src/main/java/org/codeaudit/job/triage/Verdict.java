package org.codeaudit.job.triage;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The judgement of a finding.
 *
 * @param confidence the probability that it is true; empty if it was not judged
 * @param reason a sentence
 * @param line 1-based line of the file that decided it; empty if it was not judged
 */
public record Verdict(Kind kind, OptionalDouble confidence, String reason, OptionalInt line) {

  /** The outcome. */
  public enum Kind {
    TRUE_POSITIVE("true positive"),
    FALSE_POSITIVE("false positive"),
    NOT_JUDGED("not judged");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** As tables and logs have it. */
    public String words() {
      return words;
    }
  }

  /**
   * One of a finding that was not judged.
   *
   * @param reason a clause
   */
  static Verdict notJudged(String reason) {
    String sentence = Character.toUpperCase(reason.charAt(0)) + reason.substring(1) + ".";
    return new Verdict(Kind.NOT_JUDGED, OptionalDouble.empty(), sentence, OptionalInt.empty());
  }
}
