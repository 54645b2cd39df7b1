package org.codeaudit.udf.sample;

import java.io.Serializable;

/**
 * The place that one row of a review would come from, without its text.
 *
 * @param rank a number derived from the seed and the place: the rows of lowest rank are a random
 *     sample of all, however the work was divided
 * @param partition see {@link PlacedChange}
 * @param ordinal see {@link PlacedChange}
 * @param unit 0-based number of the unit in its file; {@link #NO_UNIT} for a file nothing is asked
 *     about
 * @param promptTokens tokens of its prompt; 0 where nothing is asked
 */
public record UnitPlace(long rank, int partition, int ordinal, int unit, int promptTokens)
    implements Serializable {
  /** Used instead of a unit's number. */
  public static final int NO_UNIT = -1;

  /** A place with its rank. */
  static UnitPlace of(long seed, PlacedChange placed, int unit, int promptTokens) {
    long rank = mixed(mixed(mixed(seed ^ placed.partition()) ^ placed.ordinal()) ^ unit);
    return new UnitPlace(rank, placed.partition(), placed.ordinal(), unit, promptTokens);
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014), a bijection of 64 bits. */
  private static long mixed(long value) {
    long mixed = value + 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
