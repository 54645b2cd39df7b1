package org.codeaudit.model.torch.pack;

/**
 * Multiplies every {@value #BLOCK} numbers of a row with the Hadamard matrix in Sylvester's order,
 * divided by 8: it is orthogonal and its own inverse. What stands out is spread over its block, so
 * that integers with one scale for the whole row are nearer to the numbers, be they weights or
 * activations (the idea is that of QuaRot, arXiv 2404.00456).
 *
 * <p>{@code codes.py} turns activations the same way.
 */
final class Rotation {
  /** Numbers that are turned together. */
  static final int BLOCK = 64;

  /**
   * The greatest weight as an integer. Kernels of processors without VNNI add two products of a
   * byte and a weight in 16 bits: with activations from −81 to 81, which are bytes from 0 to 162,
   * that is exact up to 101. Errors of both are least where the product of both is greatest, and
   * about the same for all such pairs from 90 to 110.
   */
  static final int GREATEST = 100;

  private Rotation() {}

  /**
   * Turns numbers where they lie.
   *
   * @param count from {@code from} on, a multiple of the block
   */
  static void turn(float[] numbers, int from, int count) {
    for (int i = from; i < from + count; i++) {
      numbers[i] *= 0.125f;
    }
    for (int block = from; block < from + count; block += BLOCK) {
      for (int half = 1; half < BLOCK; half *= 2) {
        for (int first = block; first < block + BLOCK; first += 2 * half) {
          for (int i = first; i < first + half; i++) {
            float one = numbers[i];
            float other = numbers[i + half];
            numbers[i] = one + other;
            numbers[i + half] = one - other;
          }
        }
      }
    }
  }
}
