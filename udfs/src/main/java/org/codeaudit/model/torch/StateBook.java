package org.codeaudit.model.torch;

import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.codeaudit.model.CacheSpace;

/**
 * Allocates the recurrent states: places that count from 0, one for each open sequence. The lowest
 * free place is taken first, so that sequences that step together lie close to each other. Knows no
 * tensors. A model without recurrent states has no places, and its sequences all get number 0.
 */
final class StateBook {
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

  int places() {
    return places;
  }

  /** The places that no sequence has. */
  List<CacheSpace.Region> free() {
    return IntStream.range(0, places)
        .filter(place -> !taken.get(place))
        .mapToObj(place -> CacheSpace.Region.free(place, 1))
        .toList();
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
}
