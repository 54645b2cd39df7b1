package org.codeaudit.udf.sample;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * A random sample of places: those of the lowest rank among all that were offered. Samples of parts
 * can be merged into the sample of the whole.
 */
public final class PlaceSample {
  private static final Comparator<UnitPlace> BY_RANK =
      Comparator.comparingLong(UnitPlace::rank)
          .thenComparingInt(UnitPlace::partition)
          .thenComparingInt(UnitPlace::ordinal)
          .thenComparingInt(UnitPlace::unit);

  private final int size;
  private final PriorityQueue<UnitPlace> least = new PriorityQueue<>(BY_RANK.reversed());

  /**
   * @param size the most places to keep
   */
  public PlaceSample(int size) {
    this.size = size;
  }

  /** Offers a place. */
  public void add(UnitPlace place) {
    least.add(place);
    if (least.size() > size) {
      least.remove();
    }
  }

  /** Offers places. */
  public void addAll(Collection<UnitPlace> places) {
    places.forEach(this::add);
  }

  /** What is kept, by rank. */
  public List<UnitPlace> places() {
    return least.stream().sorted(BY_RANK).toList();
  }
}
