package org.codeaudit.model;

import java.util.List;
import java.util.OptionalInt;

/**
 * A space that sequences are given parts of.
 *
 * @param name what there is room for, for messages, such as {@code positions}
 * @param size of the whole space
 * @param regions all parts of it that are known, in any order; of a space that is in order they
 *     cover it, and no two of them overlap
 */
public record CacheSpace(String name, int size, List<Region> regions) {

  /**
   * A part of the space.
   *
   * @param start from 0
   * @param length at least 1
   * @param sequence handle of the open sequence it belongs to; empty if it is free
   */
  public record Region(int start, int length, OptionalInt sequence) {

    /** A region that no sequence has. */
    public static Region free(int start, int length) {
      return new Region(start, length, OptionalInt.empty());
    }

    /** The region of a sequence. */
    public static Region of(int sequence, int start, int length) {
      return new Region(start, length, OptionalInt.of(sequence));
    }

    /** The index after the last. */
    public int end() {
      return start + length;
    }
  }
}
