package org.codeaudit.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A row's random sequence: one number for each token that is chosen, in their order, however many
 * are looked at ahead.
 */
final class RandomNumbers {
  private final SplittableRandom random;
  private final List<Double> ahead = new ArrayList<>();

  RandomNumbers(long seed) {
    random = new SplittableRandom(seed);
  }

  /** The number after {@code count} others that have not been taken. */
  double peek(int count) {
    while (ahead.size() <= count) {
      ahead.add(random.nextDouble());
    }
    return ahead.get(count);
  }

  /** Goes past the next number. */
  void take() {
    peek(0);
    ahead.remove(0);
  }
}
