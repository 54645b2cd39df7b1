package org.codeaudit.job.source.row;

import java.util.OptionalInt;

/** How work is cut into partitions where only its amount is known; see {@link TokenShares}. */
public final class Shares {
  /** Enough for the last partitions of a stage to be small compared with the stage. */
  static final int PARTITIONS_PER_SLOT = 4;

  private Shares() {}

  /**
   * How much a partition gets so that every slot gets some partitions.
   *
   * @param units commits, files or repositories in all
   * @param most a partition is not larger than this
   * @return at least 1
   */
  public static int size(long units, int slots, int most) {
    return size(units, slots, 1, most);
  }

  /**
   * As {@link #size(long, int, int)}, but where there is little, a slot gets one partition and not
   * several that are smaller than this.
   */
  public static int size(long units, int slots, int least, int most) {
    int each = Math.max(1, slots);
    long balanced = ceiling(units, (long) PARTITIONS_PER_SLOT * each);
    long enough = Math.min(least, ceiling(units, each));
    return (int) Math.max(1, Math.min(most, Math.max(enough, balanced)));
  }

  /** As {@link #size(long, int, int, int)}, unless somebody has said otherwise. */
  public static int size(OptionalInt asked, long units, int slots, int least, int most) {
    return asked.orElseGet(() -> size(units, slots, least, most));
  }

  private static long ceiling(long units, long parts) {
    return (units + parts - 1) / parts;
  }
}
