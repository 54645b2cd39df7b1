package org.codeaudit.checkpoint.safetensors;

import java.nio.ShortBuffer;

/**
 * Nearly normally distributed bfloat16 numbers that follow from a seed and their place alone, so
 * that any part of a tensor can be made by any thread.
 *
 * <p>A number is made of 64 bits of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom
 * number generators, 2014): the sum of its four 16-bit quarters, which lies within 3.47 standard
 * deviations.
 *
 * @param mean of the numbers
 * @param deviation the standard deviation
 */
public record SeededNumbers(double mean, double deviation) {
  public static final SeededNumbers ZERO = new SeededNumbers(0, 0);
  public static final SeededNumbers ONE = new SeededNumbers(1, 0);

  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  /** Mean and standard deviation of a sum of four numbers that are uniform in 0 to 65535. */
  private static final double SUM_MEAN = 2 * 65535.0;

  private static final double SUM_DEVIATION = 65536 / Math.sqrt(3);

  /** The seed of one tensor of a checkpoint: FNV-1a over its name, from the checkpoint's seed. */
  public static long seed(long seed, String name) {
    long hash = mixed(seed) ^ 0xcbf29ce484222325L;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
    }
    return mixed(hash);
  }

  /**
   * Fills a buffer with bfloat16 bits.
   *
   * @param first the place of the buffer's first number in the tensor
   */
  public void fill(long tensorSeed, long first, ShortBuffer buffer) {
    float scale = (float) (deviation / SUM_DEVIATION);
    float base = (float) (mean - SUM_MEAN * deviation / SUM_DEVIATION);
    short[] numbers = new short[buffer.remaining()];
    long state = tensorSeed + first * GOLDEN_GAMMA;
    for (int i = 0; i < numbers.length; i++) {
      state += GOLDEN_GAMMA;
      long bits = mixed(state);
      int sum =
          (int) (bits & 0xffff)
              + (int) (bits >>> 16 & 0xffff)
              + (int) (bits >>> 32 & 0xffff)
              + (int) (bits >>> 48);
      numbers[i] = brainFloat(base + scale * sum);
    }
    buffer.put(numbers);
  }

  /** Rounds to the nearest bfloat16, to the even one of two. */
  private static short brainFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }

  /** The output function of SplitMix64. */
  private static long mixed(long state) {
    long z = (state ^ state >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }
}
