package org.codeaudit.job.source;

import java.util.OptionalInt;

/** How work is cut into partitions. */
final class Shares {
  /** So many that the last partitions of a stage are small beside the stage. */
  private static final int PARTITIONS_PER_SLOT = 4;

  private Shares() {}

  /**
   * How much a partition gets so that every slot gets some partitions.
   *
   * @param units commits, files or repositories in all
   * @param most a partition is not larger than this
   * @return at least 1
   */
  static int size(long units, int slots, int most) {
    long partitions = (long) PARTITIONS_PER_SLOT * Math.max(1, slots);
    return (int) Math.max(1, Math.min(most, (units + partitions - 1) / partitions));
  }

  /** As {@link #size(long, int, int)}, unless somebody has said otherwise. */
  static int size(OptionalInt asked, long units, int slots, int most) {
    return asked.orElseGet(() -> size(units, slots, most));
  }
}
