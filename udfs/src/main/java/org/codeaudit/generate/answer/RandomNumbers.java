package org.codeaudit.generate.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A row's random sequence: one number for each token that is chosen, in order, whether or not some
 * were looked at ahead of time.
 */
final class RandomNumbers {
  private final SplittableRandom random;
  private final List<Double> ahead = new ArrayList<>();

  RandomNumbers(long seed) {
    random = new SplittableRandom(seed);
  }

  /** The number that comes after the next {@code count} ones. */
  double peek(int count) {
    while (ahead.size() <= count) {
      ahead.add(random.nextDouble());
    }
    return ahead.get(count);
  }

  /** Uses up the next number. */
  void take() {
    peek(0);
    ahead.remove(0);
  }
}
