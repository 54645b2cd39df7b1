package org.codeaudit.model.torch.pack;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.tensor.TensorInfo;

/**
 * Rows of a plain tensor, quantised while they are read. In a group whose greatest magnitude is m,
 * a number is rounded to the nearest:
 *
 * <ul>
 *   <li>8 bits: multiple of m / 127, with an error of m / 254 at most. Rows that can be {@linkplain
 *       Rotation rotated} are rotated first, and rounded to multiples of m / 100;
 *   <li>4 bits: of 16 equally spaced values from the least number of the group to the greatest,
 *       with an error of half a step at most. For normally distributed numbers the root mean square
 *       error is 0.100 standard deviations in groups of 128. It would be 0.103 with multiples of m
 *       / 8 from −8 to 7, which need no zero point; the heavier the tails, the greater the
 *       difference;
 *   <li>NormalFloat: product of m and one of 16 values, as in bitsandbytes (arXiv 2305.14314).
 * </ul>
 *
 * <p>A group without a magnitude above 1e-30 becomes zeros.
 */
final class QuantisedRows implements RowSource {
  private static final float LEAST = 1e-30f;
  private static final int INFINITE = 0x7f800000;

  /** Added to a small float, it leaves the nearest integer in the lowest bits of the sum. */
  private static final float ROUNDING = 12582912f;

  private final Checkpoint checkpoint;
  private final TensorInfo tensor;
  private final CodeShape shape;

  /**
   * @param shape of the matrix that these rows belong to
   */
  QuantisedRows(Checkpoint checkpoint, TensorInfo tensor, CodeShape shape) {
    this.checkpoint = checkpoint;
    this.tensor = tensor;
    this.shape = shape;
  }

  @Override
  public int rows() {
    return Math.toIntExact(tensor.shape().get(0));
  }

  @Override
  public void read(int firstRow, int rows, Stripe stripe, int at) {
    int count = rows * shape.columns();
    if (stripe.numbers.length < count) {
      stripe.numbers = new float[count];
    }
    checkpoint.read(tensor, firstRow, rows, FloatBuffer.wrap(stripe.numbers, 0, count));
    if (shape.rotated()) {
      Rotation.turn(stripe.numbers, 0, count);
    }
    // blocks of NormalFloats continue across the ends of rows: all rows are taken as one
    int length = shape.normalFloats() ? count : shape.columns();
    int groups = (length + shape.group() - 1) / shape.group();
    int scale = shape.normalFloats() ? at * shape.columns() / shape.group() : at * shape.groups();
    for (int line = 0; line < count / length; line++) {
      for (int group = 0; group < groups; group++) {
        int first = group * shape.group();
        Numbers numbers =
            new Numbers(
                line * length + first,
                Math.min(shape.group(), length - first),
                (at + line) * stripe.width + first,
                scale++);
        quantise(stripe, numbers, firstRow + line);
      }
    }
  }

  /**
   * Quantises a group: {@code size} numbers of the stripe from an index on. Codes and scale go to
   * the same places of the stripe.
   */
  record Numbers(int from, int size, int target, int scale) {}

  private void quantise(Stripe stripe, Numbers group, int row) {
    int bits = 0;
    for (int i = group.from; i < group.from + group.size; i++) {
      bits = Math.max(bits, Float.floatToRawIntBits(stripe.numbers[i]) & Integer.MAX_VALUE);
    }
    if (bits >= INFINITE) {
      throw notFinite(row);
    }
    float greatest = Float.intBitsToFloat(bits);
    if (greatest < LEAST) {
      zeros(stripe, group);
      return;
    }
    switch (shape.form()) {
      case INT8 -> eightBits(stripe, group, greatest);
      case INT4 -> fourBits(stripe, group);
      case NF4 -> NormalFloatCodes.write(stripe, group, greatest);
      default -> throw new IllegalStateException(shape.form() + " is only kept");
    }
  }

  private void zeros(Stripe stripe, Numbers group) {
    int code = shape.normalFloats() ? NormalFloatCodes.ZERO : shape.middle();
    Arrays.fill(stripe.codes, group.target, group.target + group.size, (byte) code);
    stripe.scales[group.scale] = 0;
  }

  private void eightBits(Stripe stripe, Numbers group, float greatest) {
    float inverse = shape.greatest() / greatest;
    for (int i = 0; i < group.size; i++) {
      float code = stripe.numbers[group.from + i] * inverse + (ROUNDING + 128);
      stripe.codes[group.target + i] = (byte) Float.floatToRawIntBits(code);
    }
    stripe.scales[group.scale] = greatest / shape.greatest();
  }

  private static void fourBits(Stripe stripe, Numbers group) {
    float least = Float.POSITIVE_INFINITY;
    float greatest = Float.NEGATIVE_INFINITY;
    for (int i = group.from; i < group.from + group.size; i++) {
      least = Math.min(least, stripe.numbers[i]);
      greatest = Math.max(greatest, stripe.numbers[i]);
    }
    float step = greatest / 15 - least / 15; // the difference itself could overflow
    if (step < LEAST) {
      // all numbers are equal: one step, code 8 with zero point 7
      stripe.scales[group.scale] = least;
      stripe.zeros[group.scale] = 7;
      return;
    }
    float inverse = 1 / step;
    for (int i = 0; i < group.size; i++) {
      float steps = (stripe.numbers[group.from + i] - least) * inverse;
      stripe.codes[group.target + i] = (byte) Math.min(15, (int) (steps + 0.5f));
    }
    stripe.scales[group.scale] = step;
    stripe.zeros[group.scale] = -least * inverse;
  }

  private AuditException notFinite(int row) {
    return new AuditException(
        ErrorClass.WEIGHTS_NOT_FINITE,
        "The model in " + checkpoint.path() + " cannot be quantised",
        "Row " + row + " or one after it of " + tensor.name() + " holds NaN or infinity",
        "Get the checkpoint again, or load it in the precision it is stored in");
  }
}
