package org.codeaudit.model.torch.pack;

import java.util.Arrays;

/**
 * Some rows of a matrix as codes, on their way into its layout. Made for one shape, used for many
 * stripes of it.
 */
final class Stripe {
  /** One byte a number, {@code width} a row: what is not written is the middle of the integers. */
  final byte[] codes;

  /** One a group, rows one after the other. */
  final float[] scales;

  /** As scales, where the shape has offsets. */
  final float[] zeros;

  /** From one row to the next. */
  final int width;

  /** Numbers to be quantised, if they are. */
  float[] numbers = {};

  Stripe(CodeShape shape) {
    width = shape.lines();
    codes = new byte[Math.toIntExact((long) CodeShape.STRIPE * width)];
    scales = new float[Math.toIntExact(shape.stripeScales())];
    zeros = new float[shape.offsets() ? scales.length : 0];
  }

  /** Ready for the next rows. */
  void clear(CodeShape shape) {
    Arrays.fill(codes, (byte) shape.middle());
    Arrays.fill(scales, 0);
    Arrays.fill(zeros, shape.middle());
  }
}
