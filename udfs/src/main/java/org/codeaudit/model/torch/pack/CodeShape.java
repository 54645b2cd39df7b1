package org.codeaudit.model.torch.pack;

import org.codeaudit.placement.weight.WeightForm;

/**
 * The layout of a matrix of codes in memory or in a file, as {@code codes.py} and {@code
 * normal_floats.py} read it: the codes in stripes of 128 rows, then as 32-bit floats the scales,
 * the offsets if there are any, and the order of columns if they are permuted. It is the same for
 * every processor.
 *
 * @param form one with codes
 * @param rows of the matrix
 * @param columns of the matrix
 * @param group numbers that share a scale
 * @param offsets whether groups have a zero other than the middle of the integers
 * @param ordered whether columns are in another order
 */
record CodeShape(
    WeightForm form, int rows, int columns, int group, boolean offsets, boolean ordered) {
  /** Rows of a stripe, and integers of a line. */
  static final int STRIPE = 128;

  /** Where each section begins: a multiple of so many bytes. */
  static final int ALIGNMENT = 64;

  CodeShape {
    if (!form.coded() || rows < 1 || columns < 1 || group < 1) {
      throw new IllegalArgumentException(form + " [" + rows + ", " + columns + "] by " + group);
    }
  }

  boolean normalFloats() {
    return form == WeightForm.NF4;
  }

  /**
   * Whether every 64 numbers of a row are multiplied with an orthogonal matrix before they are
   * quantised, and activations likewise. So it is for matrices that are quantised to 8 bits on load
   * and whose rows consist of whole blocks of 64.
   */
  boolean rotated() {
    return form == WeightForm.INT8 && columns % Rotation.BLOCK == 0;
  }

  /** The greatest multiple of a scale, where codes are multiples on both sides of 0. */
  int greatest() {
    return rotated() ? Rotation.GREATEST : 127;
  }

  /** Bits of a code: 4 or 8. */
  int bits() {
    return form == WeightForm.INT4 || normalFloats() ? 4 : 8;
  }

  /** The integer that stands for 0. */
  int middle() {
    return 1 << (bits() - 1);
  }

  int stripes() {
    return (rows + STRIPE - 1) / STRIPE;
  }

  /** Groups of a row. */
  int groups() {
    return (columns + group - 1) / group;
  }

  /** Lines of a stripe: columns with the last group padded; without lines, the columns. */
  int lines() {
    return normalFloats() ? columns : groups() * group;
  }

  /** Bytes of a line: its integers, then the kernel's factor and offset. */
  int lineBytes() {
    return WeightForm.lineBytes(bits());
  }

  /** Bytes of the codes of a whole stripe. */
  long stripeBytes() {
    return normalFloats() ? (long) STRIPE * columns / 2 : (long) lines() * lineBytes();
  }

  /** Scales of a whole stripe; as many offsets. */
  long stripeScales() {
    return normalFloats() ? (long) STRIPE * columns / group : (long) groups() * STRIPE;
  }

  long codeBytes() {
    return normalFloats() ? scales() * (group / 2) : stripes() * stripeBytes();
  }

  long scales() {
    return normalFloats()
        ? ((long) rows * columns + group - 1) / group
        : stripes() * stripeScales();
  }

  long scalesAt() {
    return aligned(codeBytes());
  }

  long offsetsAt() {
    return aligned(scalesAt() + 4 * scales());
  }

  long orderAt() {
    return offsets ? aligned(offsetsAt() + 4 * scales()) : offsetsAt();
  }

  long bytes() {
    return ordered ? aligned(orderAt() + 4L * columns) : orderAt();
  }

  static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
