package org.codeaudit.placement;

import org.codeaudit.checkpoint.config.ModelConfig;

/** How many positions of key-value cache are worth having. */
public final class CacheRoom {
  /** Sequences of full length the cache has room for, if the memory has. */
  private static final int FULL_SEQUENCES = 16;

  /** The part of the memory the cache takes at most where weights want it too: one in so many. */
  private static final int MEMORY_PART = 4;

  /** Positions of the shortest cache that is useful: a unit under review, its prompt and answer. */
  private static final int LEAST = 4096;

  private CacheRoom() {}

  /** The positions that are wanted: those asked for, or 16 sequences of full length. */
  public static long wanted(ModelConfig config, int asked) {
    return asked > 0 ? asked : (long) FULL_SEQUENCES * config.contextLength();
  }

  /** The fewest positions a model is placed with. */
  public static int least(ModelConfig config, int asked) {
    return asked > 0 ? asked : Math.min(LEAST, config.contextLength());
  }

  /** The most bytes of a memory that the cache takes where weights want it too. */
  public static long quarter(long bytes) {
    return bytes / MEMORY_PART;
  }

  /** Positions with which every sequence of a batch has a useful length. */
  public static long ofBatch(ModelConfig config, int sequences) {
    return (long) sequences * least(config, 0);
  }
}
