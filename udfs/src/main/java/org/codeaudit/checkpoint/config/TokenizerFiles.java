package org.codeaudit.checkpoint.config;

import java.util.Map;
import java.util.Optional;

/**
 * The tokenizer of a checkpoint as text, whatever file format it came from.
 *
 * @param tokenizerJson a Hugging Face {@code tokenizer.json} document (rebuilt from its metadata
 *     for a GGUF file)
 * @param chatTemplate the Jinja chat template, if the checkpoint has one
 * @param specialTokens the named special tokens a template may use, e.g. {@code bos_token}, {@code
 *     eos_token}, to their text
 */
public record TokenizerFiles(
    String tokenizerJson, Optional<String> chatTemplate, Map<String, String> specialTokens) {

  public TokenizerFiles {
    specialTokens = Map.copyOf(specialTokens);
  }
}
