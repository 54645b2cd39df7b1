package org.codeaudit.model.torch;

import java.util.BitSet;
import java.util.function.LongPredicate;
import org.codeaudit.AuditException;
import org.codeaudit.checkpoint.ModelConfig;
import org.codeaudit.checkpoint.ModelConfig.LinearAttention;

/**
 * The books of the recurrent states: places that count from 0, one an open sequence. The lowest free
 * place is given first, so that sequences that step together lie close to each other. Knows no
 * tensors. A model without recurrent states has no places, and its sequences share number 0.
 */
final class StateBook {
  /** The most sequences that have a state at once. */
  private static final int MOST = 64;

  /** The part of the free memory that the states take at most: one in so many. */
  private static final int MEMORY_PART = 4;

  private final int places;
  private final BitSet taken = new BitSet();

  /**
   * @param places 0 for a model without recurrent states
   */
  StateBook(int places) {
    this.places = places;
  }

  /** Whether the model keeps no recurrent states. */
  boolean none() {
    return places == 0;
  }

  /** Whether another sequence can have a state. */
  boolean hasRoom() {
    return places == 0 || taken.cardinality() < places;
  }

  /** Takes a place; there must be room. */
  int take() {
    if (!hasRoom()) {
      throw new IllegalStateException("all " + places + " recurrent states are taken");
    }
    if (places == 0) {
      return 0;
    }
    int place = taken.nextClearBit(0);
    taken.set(place);
    return place;
  }

  /** Gives a place back. */
  void give(int place) {
    if (places > 0 && !taken.get(place)) {
      throw new IllegalArgumentException("no sequence has recurrent state " + place);
    }
    taken.clear(place);
  }

  /**
   * Memory the state of one sequence takes in all layers: a matrix for each value head, and the last
   * inputs of the convolution, all in 32-bit floats; 0 if the model keeps none.
   */
  static long bytesPerState(ModelConfig config) {
    return config.linearAttention().map(StateBook::bytesPerState).orElse(0L);
  }

  private static long bytesPerState(LinearAttention linear) {
    long matrices = (long) linear.valueHeads() * linear.keyHeadSize() * linear.valueHeadSize();
    long inputs = (linear.convolutionWidth() - 1L) * linear.channels();
    return linear.layers().cardinality() * Float.BYTES * (matrices + inputs);
  }

  /**
   * How many sequences have a state at once: 64, or half as many and so on until they take no more
   * than a quarter of the free memory; 0 if the model keeps none.
   *
   * @param fits whether so many bytes are free
   */
  static int places(ModelConfig config, LongPredicate fits) {
    long each = bytesPerState(config);
    if (each == 0) {
      return 0;
    }
    for (int count = MOST; count > 0; count /= 2) {
      if (fits.test(MEMORY_PART * count * each)) {
        return count;
      }
    }
    throw new AuditException(
        "CACHE_TOO_LARGE",
        "The model's recurrent states cannot be allocated",
        "the state of one sequence takes " + each + " bytes, of which too few are free",
        "Free memory");
  }
}
