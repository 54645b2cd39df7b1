package org.codeaudit.job.chat;

import java.util.List;

/**
 * A message and the answer to it.
 *
 * @param facts how the answer ended and how long it took
 */
record Turn(String message, String answer, List<String> facts) {
  Turn {
    facts = List.copyOf(facts);
  }
}
