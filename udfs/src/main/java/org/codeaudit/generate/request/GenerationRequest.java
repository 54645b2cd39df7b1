package org.codeaudit.generate.request;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.codeaudit.model.SamplingSettings;

/**
 * One prompt to be continued.
 *
 * @param key the row's key, for errors and logs
 * @param prompt token ids, at least one
 * @param maxNewTokens the most tokens to generate, forced ones included, at least 1
 * @param sampling how tokens are chosen
 * @param endTokens ids that end the answer; they are not part of it
 * @param stopStrings texts that end the answer; they are not part of it
 * @param grammar a fresh grammar that constrains the answer; end tokens are then not offered to the
 *     model
 */
public record GenerationRequest(
    String key,
    int[] prompt,
    int maxNewTokens,
    SamplingSettings sampling,
    Set<Integer> endTokens,
    List<String> stopStrings,
    Optional<OutputGrammar> grammar) {

  public GenerationRequest {
    if (prompt.length == 0) {
      throw new IllegalArgumentException("empty prompt for " + key);
    }
    if (maxNewTokens < 1) {
      throw new IllegalArgumentException("maxNewTokens must be at least 1 for " + key);
    }
    endTokens = Set.copyOf(endTokens);
    stopStrings = List.copyOf(stopStrings);
  }
}
