package org.codeaudit.model.torch.pack;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.tensor.TensorInfo;

/**
 * Rows of a plain tensor, quantised while they are read. A number of a group whose greatest
 * magnitude is m becomes, with rounding to the nearest code:
 *
 * <ul>
 *   <li>8 bits: a multiple of m / 127, so that it is off by m / 254 at most; in rows that can be
 *       {@linkplain Rotation turned}, which they are first, a multiple of m / 100;
 *   <li>4 bits: one of 16 equal steps from the least number of the group to the greatest, off by
 *       half a step at most. On normally distributed numbers the root of the mean square of that is
 *       0.100 standard deviations in groups of 128, and 0.103 for multiples of m / 8 from −8 to 7,
 *       which need no zero; the heavier the tails, the greater the difference;
 *   <li>NormalFloat: m times one of 16 values, as bitsandbytes does (arXiv 2305.14314).
 * </ul>
 *
 * <p>A group without a number above 1e-30 becomes zeros.
 */
final class QuantisedRows implements RowSource {
  private static final float LEAST = 1e-30f;
  private static final int INFINITE = 0x7f800000;

  /** Added to a small number it leaves the nearest integer in the lowest bits. */
  private static final float ROUNDING = 12582912f;

  private final Checkpoint checkpoint;
  private final TensorInfo tensor;
  private final CodeShape shape;

  /**
   * @param shape of a matrix that has this tensor's rows
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
    // blocks of NormalFloats run on over the ends of rows: all rows are one
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
   * A group: {@code size} numbers {@code from} an index of the stripe's, whose codes and scale have
   * their places there too.
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
    float step = greatest / 15 - least / 15; // their difference may be beyond the range
    if (step < LEAST) {
      // all the same: code 8 less zero 7 of them
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
