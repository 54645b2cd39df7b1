package org.codeaudit.model.torch.pack;

import java.util.Arrays;

/**
 * A buffer for some rows of a matrix as codes, before they are laid out. Made for one shape and
 * reused for all of its stripes.
 */
final class Stripe {
  /** One byte a number, {@code width} a row; unwritten ones are the middle of the integers. */
  final byte[] codes;

  /** One for each group, row by row. */
  final float[] scales;

  /** As scales, if the shape has offsets. */
  final float[] zeros;

  /** Distance from one row to the next. */
  final int width;

  /** Numbers that are to be quantised, if any. */
  float[] numbers = {};

  Stripe(CodeShape shape) {
    width = shape.lines();
    codes = new byte[Math.toIntExact((long) CodeShape.STRIPE * width)];
    scales = new float[Math.toIntExact(shape.stripeScales())];
    zeros = new float[shape.offsets() ? scales.length : 0];
  }

  /** Prepares for the next rows. */
  void clear(CodeShape shape) {
    Arrays.fill(codes, (byte) shape.middle());
    Arrays.fill(scales, 0);
    Arrays.fill(zeros, shape.middle());
  }
}
