package org.codeaudit.token;

import java.util.Arrays;
import java.util.OptionalInt;

/**
 * The tokens around the thoughts of a model that thinks aloud; empty for one that does not.
 *
 * @param open {@code <think>}
 * @param close {@code </think>}
 */
public record ThoughtTokens(OptionalInt open, OptionalInt close) {

  public static ThoughtTokens of(Tokenizer tokenizer) {
    return new ThoughtTokens(tokenizer.control("<think>"), tokenizer.control("</think>"));
  }

  /**
   * Whether the answer to a prompt begins with a thought: some templates always let the model
   * think, by ending with {@code <think>}.
   */
  public boolean begunBy(int[] prompt) {
    return open.isPresent()
        && Arrays.stream(prompt)
            .skip(Math.max(0, prompt.length - 2))
            .anyMatch(id -> id == open.getAsInt());
  }
}
