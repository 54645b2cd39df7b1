package org.codeaudit.generate.answer;

import java.util.Arrays;
import java.util.BitSet;

/** The distinct tokens of a prompt and its answer, in the order of their first occurrence. */
final class SeenTokens {
  private final BitSet known = new BitSet();
  private int[] ids = new int[64];
  private int length;

  void add(int id) {
    if (known.get(id)) {
      return;
    }
    known.set(id);
    if (length == ids.length) {
      ids = Arrays.copyOf(ids, 2 * length);
    }
    ids[length++] = id;
  }

  /** An independent copy. */
  SeenTokens copy() {
    SeenTokens copy = new SeenTokens();
    copy.known.or(known);
    copy.ids = ids();
    copy.length = length;
    return copy;
  }

  int[] ids() {
    return Arrays.copyOf(ids, length);
  }
}
