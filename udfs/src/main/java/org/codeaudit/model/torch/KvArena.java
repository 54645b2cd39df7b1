package org.codeaudit.model.torch;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.codeaudit.model.CacheSpace;

/**
 * Allocates the positions of the key-value cache: one contiguous region for each sequence, first
 * fit. Adjacent free positions are always one gap. Knows no tensors; positions count from 0.
 */
final class KvArena {
  private final int positions;

  /** Free gaps, start to length. */
  private final TreeMap<Integer, Integer> gaps = new TreeMap<>();

  private int free;

  KvArena(int positions) {
    if (positions < 1) {
      throw new IllegalArgumentException("an arena needs at least one position");
    }
    this.positions = positions;
    this.free = positions;
    gaps.put(0, positions);
  }

  int positions() {
    return positions;
  }

  /** Positions outside every region. */
  int free() {
    return free;
  }

  /** The gaps between regions. */
  List<CacheSpace.Region> gaps() {
    return gaps.entrySet().stream()
        .map(gap -> CacheSpace.Region.free(gap.getKey(), gap.getValue()))
        .toList();
  }

  /** Takes a region; its start, or empty if no gap is long enough. */
  OptionalInt take(int length) {
    if (length < 1) {
      throw new IllegalArgumentException("a region needs at least one position, not " + length);
    }
    for (Map.Entry<Integer, Integer> gap : gaps.entrySet()) {
      if (gap.getValue() >= length) {
        int start = gap.getKey(); // the entry is another gap's after a removal
        takeFrom(start, gap.getValue(), length);
        return OptionalInt.of(start);
      }
    }
    return OptionalInt.empty();
  }

  /** Lengthens a region in place, if the gap behind it is long enough. */
  boolean extend(int start, int length, int longer) {
    int gap = start + length;
    int available = gaps.getOrDefault(gap, 0);
    if (available < longer - length) {
      return false;
    }
    if (longer > length) {
      takeFrom(gap, available, longer - length);
    }
    return true;
  }

  /** Gives a region back. */
  void give(int start, int length) {
    Map.Entry<Integer, Integer> before = gaps.lowerEntry(start);
    Map.Entry<Integer, Integer> after = gaps.ceilingEntry(start);
    boolean overlaps =
        (before != null && before.getKey() + before.getValue() > start)
            || (after != null && after.getKey() < start + length);
    if (length < 1 || start < 0 || start + length > positions || overlaps) {
      throw new IllegalArgumentException("no region at " + start + " of length " + length);
    }
    free += length;
    int first = start;
    int size = length;
    if (before != null && before.getKey() + before.getValue() == start) {
      first = before.getKey();
      size += before.getValue();
    }
    if (after != null && after.getKey() == start + length) {
      size += gaps.remove(after.getKey());
    }
    gaps.put(first, size);
  }

  private void takeFrom(int start, int gap, int length) {
    gaps.remove(start);
    if (gap > length) {
      gaps.put(start + length, gap - length);
    }
    free -= length;
  }
}
