package org.codeaudit.model;

import java.util.List;

/**
 * A decoder with its key-value cache and, if layers of it are recurrent, their states. Not thread
 * safe: one thread opens, steps and closes. Every handle and length is checked here, so nothing
 * invalid reaches native code.
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
   * Begins a sequence with the first positions of another, which are attended where they lie: they
   * are neither computed nor stored again. The other one must stay open, and its first positions as
   * they are, for as long as this one is open.
   *
   * @param parent an open sequence that holds at least so many positions
   * @param positions how many of them; at least 1
   * @param capacity positions of its own, behind those
   * @return a handle, or -1 as {@link #open(int)}
   * @throws UnsupportedOperationException if the model does not share positions
   */
  default int open(int parent, int positions, int capacity) {
    throw new UnsupportedOperationException("this model does not share positions");
  }

  /**
   * Whether a sequence can be taken up at any position it holds: others can begin with its first
   * ones, and it can forget its last ones. Not so with recurrent states, which are only known where
   * the computation stands.
   */
  default boolean keepsPositions() {
    return false;
  }

  /**
   * Makes room for at least {@code capacity} positions of its own, moving the sequence if needed.
   *
   * @return false if the cache has no room now; the sequence is unharmed
   */
  boolean reserve(int sequence, int capacity);

  /**
   * Forgets the last positions of a sequence; what it has reserved stays reserved.
   *
   * @param length positions it holds from now on: at least those it shares, at most those it holds
   * @throws UnsupportedOperationException if the model does not keep positions
   * @throws IllegalStateException if open sequences begin with positions of this one
   */
  default void truncate(int sequence, int length) {
    throw new UnsupportedOperationException("this model does not keep positions");
  }

  /** Positions the sequence holds, shared ones included. */
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

  /** Ends a sequence, with which no open one may begin; frees its cache and recurrent state. */
  void close(int sequence);

  /** Frees the weights and the cache. */
  @Override
  void close();
}
