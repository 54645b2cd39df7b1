package org.codeaudit.model;

import java.util.List;

/**
 * A model's key-value cache and, if layers of it are recurrent, their states: which sequences are
 * open and how much each of them may hold. Computes no token. Every handle and length is checked,
 * so nothing invalid reaches native code. Used by the thread that steps the model.
 */
public interface KeyValueCache {

  /**
   * Opens an empty sequence with room for a number of positions.
   *
   * @return a handle for {@link SequenceStep#sequence()}, or -1 if the cache has no room now, or
   *     all recurrent states belong to other sequences; an empty cache has room for one at least
   */
  int open(int capacity);

  /**
   * Opens a sequence that begins with the first positions of another one. It attends to them in
   * place: they are neither computed nor stored again. The other sequence must stay open, and keep
   * those positions, for as long as this one is open.
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
   * Whether a sequence can be continued from any position that it holds: others can begin with its
   * first positions, and its last ones can be truncated. Not so with recurrent states, of which
   * only the latest is kept.
   */
  default boolean keepsPositions() {
    return false;
  }

  /**
   * Makes room for at least {@code capacity} positions of its own, moving the sequence if needed.
   *
   * @return false if the cache has no room now; the sequence is as it was
   */
  boolean reserve(int sequence, int capacity);

  /**
   * Drops the last positions of a sequence; its reserved room stays reserved.
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
   * Positions that no open sequence has reserved. There may be many, and still no recurrent state
   * for another sequence.
   */
  int freeTokens();

  /**
   * Closes a sequence and frees its positions and its recurrent state. No open sequence may begin
   * with it.
   */
  void close(int sequence);

  /**
   * Which regions are free and which belong to open sequences, by the cache's own records, for the
   * check that they add up: one space for the positions, and one for the recurrent states of a
   * model that has some. Empty for a model that has no such records.
   */
  default List<CacheSpace> spaces() {
    return List.of();
  }
}
