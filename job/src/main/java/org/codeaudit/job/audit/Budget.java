package org.codeaudit.job.audit;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a run may take until it starts nothing new.
 *
 * @param deadline when, if there is a limit of time
 * @param tokens after how many of prompts and answers together, if there is a limit of them
 */
public record Budget(Optional<Instant> deadline, OptionalLong tokens) {

  /** Whatever it takes. */
  public static final Budget UNLIMITED = new Budget(Optional.empty(), OptionalLong.empty());

  /** Whether there is no limit at all. */
  boolean unlimited() {
    return deadline.isEmpty() && tokens.isEmpty();
  }
}
