package org.codeaudit.model;

import java.util.List;

/**
 * A decoder with its cache. Not thread safe: one thread opens sequences, steps and closes. Every
 * token id is checked here, so nothing invalid reaches native code.
 */
public interface LanguageModel extends KeyValueCache, AutoCloseable {

  ModelDescription description();

  /**
   * Appends tokens to sequences and chooses the next ones.
   *
   * @param batch at least one step; each sequence at most once; capacities must suffice
   * @throws IllegalArgumentException for an unknown handle, an id outside the vocabulary or a lack
   *     of capacity; nothing has been appended then
   * @throws ModelFailure if the computation failed; the model must be closed
   */
  StepResult step(List<SequenceStep> batch);

  /** Frees the weights and the cache. */
  @Override
  void close();
}
