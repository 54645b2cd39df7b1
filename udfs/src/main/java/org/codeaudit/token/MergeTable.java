package org.codeaudit.token;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Map;

/** Which two tokens become which one, and which merge comes first: a hash table of ids. */
final class MergeTable {
  /** Of two tokens that do not merge. */
  static final int NONE = -1;

  private final long[] pairs;
  private final int[] ranks;
  private final int[] merged;
  private final int mask;

  /**
   * @param merges pairs of tokens, the first to be merged first
   * @param ids of all tokens that are in merges or come from them
   */
  MergeTable(JsonNode merges, Map<String, Integer> ids) {
    int slots = Integer.highestOneBit(Math.max(8, merges.size())) << 2;
    pairs = new long[slots];
    Arrays.fill(pairs, NONE);
    ranks = new int[slots];
    merged = new int[slots];
    mask = slots - 1;
    int rank = 0;
    for (JsonNode merge : merges) {
      String left = merge.get(0).textValue();
      String right = merge.get(1).textValue();
      int slot = slot(pair(ids.get(left), ids.get(right)));
      pairs[slot] = pair(ids.get(left), ids.get(right));
      ranks[slot] = rank++;
      merged[slot] = ids.get(left + right);
    }
  }

  /** Where two tokens stand in this table; {@link #NONE} if they do not merge. */
  int find(int left, int right) {
    int slot = slot(pair(left, right));
    return pairs[slot] == NONE ? NONE : slot;
  }

  /** The order of the merge at a place that {@link #find} returned. */
  int rank(int place) {
    return ranks[place];
  }

  /** The token that comes from the merge at a place that {@link #find} returned. */
  int merged(int place) {
    return merged[place];
  }

  private static long pair(int left, int right) {
    return (long) left << 32 | right;
  }

  private int slot(long pair) {
    long hash = pair * 0x9E3779B97F4A7C15L;
    int slot = (int) (hash >>> 32) & mask;
    while (pairs[slot] != NONE && pairs[slot] != pair) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}
