package org.codeaudit.model.torch.pack;

import org.codeaudit.checkpoint.quantized.NormalFloat4;

/**
 * Finds the nearest of the 16 values of the NormalFloat type by a table of equal cells from −1 to
 * 1. There are so many cells that none contains more than one boundary between two values.
 */
final class NormalFloatCodes {
  /** The code of 0. */
  static final byte ZERO = 7;

  private static final int CELLS = 256;
  private static final byte[] LOW = new byte[CELLS + 1];
  private static final float[] BOUNDARY = new float[CELLS + 1];

  static {
    float[] values = NormalFloat4.values();
    for (int cell = 0; cell <= CELLS; cell++) {
      // a little earlier, because the cell of a number is computed with rounding
      float begin = (cell - 0.01f) * 2 / CELLS - 1;
      int low = 0;
      while (low < 15 && boundary(values, low) < begin) {
        low++;
      }
      LOW[cell] = (byte) low;
      BOUNDARY[cell] = low < 15 ? boundary(values, low) : Float.POSITIVE_INFINITY;
    }
  }

  private NormalFloatCodes() {}

  private static float boundary(float[] values, int low) {
    return (values[low] + values[low + 1]) / 2;
  }

  /** Writes the codes of a block and its scale. */
  static void write(Stripe stripe, QuantisedRows.Numbers block, float greatest) {
    float inverse = 1 / greatest;
    for (int i = 0; i < block.size(); i++) {
      float number = stripe.numbers[block.from() + i] * inverse;
      int cell = Math.min((int) ((number + 1) * (CELLS / 2)), CELLS);
      stripe.codes[block.target() + i] = (byte) (LOW[cell] + (number > BOUNDARY[cell] ? 1 : 0));
    }
    stripe.scales[block.scale()] = greatest;
  }
}
