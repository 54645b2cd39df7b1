package org.codeaudit.job.answer;

import java.util.List;
import java.util.Optional;

/**
 * A prompt and what came of it.
 *
 * @param id of the prompt; empty if it has none
 * @param sample which of several answers to the prompt, from 0
 * @param prompt what was asked; empty if it could not be read
 * @param system the system message before it
 * @param text the answer; empty if there is none
 * @param facts what is said below it: how it ended, how long it took
 */
public record ShownAnswer(
    Optional<String> id,
    int sample,
    Optional<String> prompt,
    Optional<String> system,
    Optional<String> text,
    List<String> facts) {
  public ShownAnswer {
    facts = List.copyOf(facts);
  }
}
