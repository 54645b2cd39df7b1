package org.codeaudit.generate;

import java.util.Optional;

/**
 * The place of a running sequence in the key-value cache. A sequence gets one when it is admitted
 * and gives it back when it ends or is preempted. Positions count from the beginning of the prompt,
 * those of a shared prefix included.
 */
final class CacheSlot {
  private final int handle;
  private final int shared;
  private final Optional<Prefix> prefix;
  private int capacity;
  private int computed;

  /**
   * A slot in which only the prefix, if any, is computed. The prefix is in use from here on.
   *
   * @param handle the model's
   * @param capacity positions it has room for
   */
  CacheSlot(int handle, int capacity, Optional<PrefixCache.Match> match) {
    this.handle = handle;
    this.capacity = capacity;
    this.shared = match.map(PrefixCache.Match::positions).orElse(0);
    this.prefix = match.map(PrefixCache.Match::prefix);
    this.computed = shared;
    prefix.ifPresent(Prefix::use);
  }

  int handle() {
    return handle;
  }

  /** Positions it has room for. */
  int capacity() {
    return capacity;
  }

  /** Positions whose keys and values the model has computed. */
  int computed() {
    return computed;
  }

  /** Positions at the beginning that belong to the prefix and are not stored again. */
  int shared() {
    return shared;
  }

  Optional<Prefix> prefix() {
    return prefix;
  }

  /** Has room for so many positions from now on. */
  void grow(int newCapacity) {
    capacity = newCapacity;
  }

  /** Holds so many computed positions from now on. */
  void compute(int positions) {
    computed = positions;
  }

  /** The slot is given up; its prefix may be in use by others. */
  void release() {
    prefix.ifPresent(Prefix::release);
  }
}
