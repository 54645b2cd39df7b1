package org.codeaudit.model;

import java.util.List;

/**
 * A decoder with its key-value cache and, if layers of it are recurrent, their states. Not thread safe: one thread opens, steps and closes. Every
 * handle and length is checked here, so nothing invalid reaches native code.
 */
public interface LanguageModel extends AutoCloseable {

  ModelDescription description();

  /**
   * Begins an empty sequence with room for a number of positions.
   *
   * @return a handle for {@link SequenceStep#sequence()}, or -1 if the cache has no room now, or
   *     all recurrent states belong to other sequences; an empty model has room for one at least
   */
  int open(int capacity);

  /**
   * Makes room for at least {@code capacity} positions in all, moving the sequence if needed.
   *
   * @return false if the cache has no room now; the sequence is unharmed
   */
  boolean reserve(int sequence, int capacity);

  /** Positions the sequence holds. */
  int length(int sequence);

  /**
   * Positions of cache that no open sequence has reserved. There may be many and yet no recurrent
   * state for another sequence.
   */
  int freeTokens();

  /**
   * Appends tokens to sequences and chooses the next ones.
   *
   * @param batch at least one step; each sequence at most once; capacities must suffice
   * @throws IllegalArgumentException for an unknown handle, an id outside the vocabulary or a lack
   *     of capacity; nothing has been appended then
   * @throws ModelFailure if the computation failed; the model must be closed
   */
  StepResult step(List<SequenceStep> batch);

  /** Ends a sequence and frees its cache and its recurrent state. */
  void close(int sequence);

  /** Frees the weights and the cache. */
  @Override
  void close();
}
