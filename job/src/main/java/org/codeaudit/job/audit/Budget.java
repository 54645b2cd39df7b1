package org.codeaudit.job.audit;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a run may use before it starts nothing new.
 *
 * @param deadline the time at which it stops, if time is limited
 * @param tokens the number of tokens of prompts and answers together, if it is limited
 */
public record Budget(Optional<Instant> deadline, OptionalLong tokens) {

  /** No limits. */
  public static final Budget UNLIMITED = new Budget(Optional.empty(), OptionalLong.empty());

  /** Whether there is no limit at all. */
  boolean unlimited() {
    return deadline.isEmpty() && tokens.isEmpty();
  }
}
