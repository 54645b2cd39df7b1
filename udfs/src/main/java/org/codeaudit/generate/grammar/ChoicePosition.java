package org.codeaudit.generate.grammar;

/**
 * A position inside one of several byte strings: those in a range of a sorted array, which agree so
 * far. The range narrows with every byte, as on a path down a trie.
 */
final class ChoicePosition extends Position {
  private final byte[][] sorted;
  private final int from;
  private final int to;
  private final int depth;
  private final Position after;

  ChoicePosition(byte[][] sorted, int from, int to, int depth, Position after) {
    this.sorted = sorted;
    this.from = from;
    this.to = to;
    this.depth = depth;
    this.after = after;
  }

  @Override
  Position next(int next) {
    int low = firstNotBelow(next);
    int high = firstNotBelow(next + 1);
    if (low < high) {
      boolean whole = sorted[high - 1].length == depth + 1;
      return whole ? after : new ChoicePosition(sorted, low, high, depth + 1, after);
    }
    return ended() ? after.next(next) : NOWHERE;
  }

  @Override
  int only() {
    int first = sorted[from].length > depth ? sorted[from][depth] & 0xff : -1;
    int last = sorted[to - 1][depth] & 0xff;
    return first == last ? first : -1;
  }

  /** Whether one of the strings ends here, even if others continue. */
  private boolean ended() {
    return sorted[from].length == depth;
  }

  /** The first string of the range whose byte at this depth is at least {@code least}. */
  private int firstNotBelow(int least) {
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      byte[] bytes = sorted[middle];
      if (bytes.length <= depth || (bytes[depth] & 0xff) < least) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
