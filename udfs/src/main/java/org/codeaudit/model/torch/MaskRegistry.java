package org.codeaudit.model.torch;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.WeakHashMap;
import org.codeaudit.model.TokenMask;
import org.codeaudit.model.torch.program.DecoderProgram;

/** The masks that the decoder holds as tensors, each for as long as its mask is reachable. */
final class MaskRegistry {
  private final DecoderProgram program;
  private final int vocabulary;
  private final Map<TokenMask, Integer> keys = new WeakHashMap<>();
  private final Map<Reference<?>, Integer> watched = new HashMap<>();
  private final ReferenceQueue<TokenMask> dropped = new ReferenceQueue<>();
  private int nextKey;

  MaskRegistry(DecoderProgram program, int vocabulary) {
    this.program = program;
    this.vocabulary = vocabulary;
  }

  /**
   * Rejects a mask that the decoder cannot use.
   *
   * @throws IllegalArgumentException if it allows nothing or ids outside the vocabulary
   */
  void check(TokenMask mask) {
    if (keys.containsKey(mask)) {
      return;
    }
    int[] ids = mask.ids();
    if (ids.length == 0) {
      throw new IllegalArgumentException("a mask allows no token");
    }
    if (ids[ids.length - 1] >= vocabulary) {
      throw new IllegalArgumentException(
          "a mask allows " + ids[ids.length - 1] + ", beyond the vocabulary of " + vocabulary);
    }
  }

  /** The decoder's key of a mask that has been checked. */
  int key(TokenMask mask) {
    Integer known = keys.get(mask);
    return known != null ? known : add(mask);
  }

  /** How many masks the decoder holds. */
  int size() {
    return watched.size();
  }

  private int add(TokenMask mask) {
    dropUnused();
    int key = nextKey++;
    long[] ids = Arrays.stream(mask.ids()).asLongStream().toArray();
    program.addMask(key, ids, vocabulary);
    keys.put(mask, key);
    watched.put(new WeakReference<>(mask, dropped), key);
    return key;
  }

  private void dropUnused() {
    for (Reference<?> gone = dropped.poll(); gone != null; gone = dropped.poll()) {
      program.dropMask(watched.remove(gone));
    }
  }
}
