package org.codeaudit.model.torch.pack;

/**
 * Multiplies every {@value #BLOCK} numbers of a row with the Hadamard matrix in Sylvester's order,
 * divided by 8, which is orthogonal and its own inverse. Outliers are spread over their block, so
 * that integers with one scale for the whole row are more precise, for weights and activations
 * alike. The idea is that of QuaRot (arXiv 2404.00456).
 *
 * <p>{@code codes.py} rotates activations in the same way.
 */
final class Rotation {
  /** Numbers that are rotated together. */
  static final int BLOCK = 64;

  /**
   * The greatest weight as an integer. On processors without VNNI, kernels add two products of a
   * byte and a weight in 16 bits. With activations from −81 to 81, stored as bytes from 0 to 162,
   * that is exact for weights up to 101. The error is smallest where the product of both bounds is
   * largest; it is about the same for all such pairs with weights from 90 to 110.
   */
  static final int GREATEST = 100;

  private Rotation() {}

  /**
   * Rotates numbers in place.
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
