package org.codeaudit.checkpoint.config;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a checkpoint's {@code generation_config.json} asks for; absent where it says nothing.
 *
 * @param endTokens ids that end a generation, from every file of the checkpoint that names one
 * @param sample whether to sample at all ({@code do_sample})
 */
public record GenerationDefaults(
    List<Integer> endTokens,
    Optional<Boolean> sample,
    OptionalDouble temperature,
    OptionalInt topK,
    OptionalDouble topP,
    OptionalDouble repetitionPenalty) {

  public GenerationDefaults {
    endTokens = List.copyOf(endTokens);
  }
}
