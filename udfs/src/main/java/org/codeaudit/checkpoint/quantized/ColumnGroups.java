package org.codeaudit.checkpoint.quantized;

import java.util.Optional;
import org.codeaudit.checkpoint.file.CheckpointErrors;
import org.codeaudit.checkpoint.tensor.TensorInfo;

/**
 * Which group every column of a packed matrix belongs to: neighbours, or what {@code g_idx} says.
 */
final class ColumnGroups {
  private final int[] groups;
  private final Optional<int[]> order;

  private ColumnGroups(int[] groups, Optional<int[]> order) {
    this.groups = groups;
    this.order = order;
  }

  /** Groups of neighbours. */
  static ColumnGroups neighbours(int columns, int groupSize) {
    int[] groups = new int[columns];
    for (int column = 0; column < columns; column++) {
      groups[column] = column / groupSize;
    }
    return new ColumnGroups(groups, Optional.empty());
  }

  /**
   * Groups as stored.
   *
   * @param tensor the tensor that stores them, for messages
   * @throws org.codeaudit.AuditException if a group does not exist, or has not the size it should:
   *     only the last one may be smaller
   */
  static ColumnGroups stored(TensorInfo tensor, int[] groups, int groupSize) {
    int count = (groups.length + groupSize - 1) / groupSize;
    int[] next = new int[count];
    boolean neighbours = true;
    for (int column = 0; column < groups.length; column++) {
      int group = groups[column];
      if (group < 0 || group >= count) {
        throw wrong(tensor, "puts column " + column + " into group " + group + " of " + count);
      }
      neighbours &= group == column / groupSize;
      next[group]++;
    }
    for (int group = 0; group < count; group++) {
      int size = Math.min(groupSize, groups.length - group * groupSize);
      if (next[group] != size) {
        throw wrong(
            tensor, "puts " + next[group] + " columns into group " + group + ", not " + size);
      }
      next[group] = group * groupSize;
    }
    if (neighbours) {
      return new ColumnGroups(groups, Optional.empty());
    }
    int[] order = new int[groups.length];
    for (int column = 0; column < groups.length; column++) {
      order[next[groups[column]]++] = column;
    }
    return new ColumnGroups(groups, Optional.of(order));
  }

  private static RuntimeException wrong(TensorInfo tensor, String why) {
    return CheckpointErrors.quantizationMismatch(tensor.file(), tensor.name() + " " + why);
  }

  int group(int column) {
    return groups[column];
  }

  /** The columns, those of the first group first; empty if they are in this order. */
  Optional<int[]> order() {
    return order;
  }
}
