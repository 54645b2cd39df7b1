package org.codeaudit.model;

import java.io.Serializable;

/**
 * Everything that decides how a model is loaded. Small and serialisable: it travels to executors
 * and is the key of the model cache.
 *
 * @param path a Hugging Face folder or a GGUF file, as every executor sees it, or the pinned
 *     reference of a model that each machine fetches once
 * @param precision how weights are kept
 * @param cacheTokens positions of key-value cache to reserve over all sequences; 0 for as many as
 *     the engine's largest batch needs
 * @param threads threads of one step on a CPU; 0 for one per available processor
 */
public record ModelSettings(String path, Precision precision, int cacheTokens, int threads)
    implements Serializable {

  public ModelSettings {
    if (cacheTokens < 0 || threads < 0) {
      throw new IllegalArgumentException("negative cacheTokens or threads");
    }
  }
}
