package org.codeaudit.model.torch;

import java.util.BitSet;

/**
 * The books of the recurrent states: places that count from 0, one an open sequence. The lowest
 * free place is given first, so that sequences that step together lie close to each other. Knows no
 * tensors. A model without recurrent states has no places, and its sequences share number 0.
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
