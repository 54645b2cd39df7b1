package org.codeaudit.placement.weight;

import org.codeaudit.model.Precision;

/**
 * How a linear layer's matrix is kept, which decides the kernel that multiplies with it.
 * Activations are 32-bit floats outside the kernel in every form.
 */
public enum WeightForm {
  /** 32-bit floats. */
  F32(4, 6),

  /**
   * bfloat16 multiplied with activations that are rounded to bfloat16; results are rounded to it
   * too. Fast on a processor with AMX, and on a GPU.
   */
  BF16(2, 15),

  /**
   * Packed float16 multiplied with 32-bit activations, on every processor. A bfloat16 weight in the
   * normal range of float16 keeps its value.
   *
   * <p>Processor time of one core with AVX2, milliseconds for a matrix [4864, 896] out of 24, by
   * rows of activations:
   *
   * <pre>
   * rows                                  1     4    16    64   512
   * packed float16, 32-bit activations  0.6   0.7   1.8   6.1    47
   * 32-bit floats                       1.0   2.6   4.0   8.6    51
   * bfloat16                            1.0   3.5    14
   * bfloat16 made 32-bit in each call   2.3   4.2   4.5   9.6    53
   * </pre>
   *
   * So one form serves every number of rows. Packing takes some 10 to 20 ns a number on one core,
   * as long as dozens of products with it: a matrix that lies in its file in 16 bits stays there,
   * and is made 32-bit in each call, until it has been used for a while.
   */
  PACKED_F16(2, 5),

  /** float16 multiplied with float16. */
  F16(2, 5),

  /**
   * 8-bit integers and a scale for each row. What is quantised on load is turned first (Hadamard),
   * and on a processor multiplied with activations of 8 bits once a matrix is packed: half the time
   * of {@link #PACKED_F16} for one row and for a prompt. What a checkpoint holds as integers is
   * multiplied with 32-bit activations, by bags or made 32-bit.
   */
  INT8(1, 1),

  /**
   * 4-bit integers with a scale, and a zero if it is not 8, for each group of a row.
   *
   * <p>Milliseconds on two cores with AVX2 for a matrix [4864, 1024] out of 200 MB and more, by
   * rows of activations. All compute with 32-bit activations but the last two, whose results are
   * off by up to 2^-8 of their magnitude and which therefore are not used:
   *
   * <pre>
   * rows                                     1     2     4     8    16    64   200
   * INT4 by bags                           1.1   2.0   3.0   5.6    11
   * INT4 made 32-bit in each call          2.2   2.4   2.5   2.7   3.5   6.9    17
   * INT8 by bags                           0.6   1.0   1.2   1.9   3.1
   * INT8 made 32-bit in each call          2.3   2.6   3.1   2.9   3.6   6.5    15
   * NF4 made 32-bit in each call           5.2                            15
   * bfloat16 made 32-bit in each call      1.7   2.9   3.5         3.9   8.3    16
   * packed float16                         0.5   0.5   0.5         1.1   3.9    11
   * 32-bit floats                          1.1   2.7   3.0   2.7   3.1   6.1    15
   * _weight_int4pack_mm_for_cpu, bfloat16  1.0   0.8   1.1   4.1   6.2    46
   * _weight_int8pack_mm, bfloat16          0.8   1.0   1.7   2.9   4.3    15
   * </pre>
   */
  INT4(0.5, 0),

  /** 4-bit codes of the NormalFloat type with a scale for each block of numbers. */
  NF4(0.5, 0),

  /** 8-bit integers with a scale, and a zero if it is not 128, for each group of a row. */
  GROUPED_INT8(1, 0);

  /** Numbers of a row that share a scale in {@link #INT4}, if the checkpoint does not say. */
  public static final int INT4_GROUP = 128;

  /** Numbers that share a scale in {@link #NF4}. */
  public static final int NF4_BLOCK = 64;

  /** Rows of a matrix of integers that lie beside one another. */
  private static final long STRIPE = 128;

  /** The greatest finite float16. */
  public static final double GREATEST_F16 = 65504;

  private final double bytes;
  private final int dtype;

  WeightForm(double bytes, int dtype) {
    this.bytes = bytes;
    this.dtype = dtype;
  }

  /** Whether weights are codes with scales. */
  public boolean coded() {
    return this == INT4 || this == NF4 || this == INT8 || this == GROUPED_INT8;
  }

  /** Bytes of one weight in a form that has no scales. */
  public int bytes() {
    if (coded()) {
      throw new IllegalStateException(this + " has scales: ask for a matrix");
    }
    return (int) bytes;
  }

  /**
   * Bytes of a matrix, its scales included: integers lie in lines of 128 rows, the last ones and
   * the last group of every row filled up.
   *
   * @param groupSize numbers that share a scale; only of the grouped forms
   */
  public long bytes(long rows, long columns, int groupSize) {
    long stripes = groups(rows, STRIPE);
    long groups = groups(columns, Math.max(1, groupSize));
    return switch (this) {
      case INT8 -> stripes * (columns * lineBytes(8) + 4 * STRIPE);
      case INT4 -> stripes * groups * (groupSize * lineBytes(4) + 4 * STRIPE);
      case GROUPED_INT8 -> stripes * groups * (groupSize * lineBytes(8) + 4 * STRIPE);
      case NF4 -> groups(rows * columns, groupSize) * (groupSize / 2 + 4);
      default -> (long) Math.ceil(rows * columns * bytes);
    };
  }

  /** Bytes of a line of 128 integers, and of what libtorch's kernels want to find behind it. */
  public static int lineBytes(int bits) {
    return (int) (bits == 4 ? STRIPE / 2 + 4 : STRIPE + 8);
  }

  private static long groups(long numbers, long groupSize) {
    return (numbers + groupSize - 1) / groupSize;
  }

  /** Whether a matrix is a plain tensor of numbers. */
  public boolean dense() {
    return this == F32 || this == BF16 || this == F16;
  }

  /** libtorch's number of the type. */
  public int dtype() {
    return dtype;
  }

  /**
   * The form for a precision on a processor.
   *
   * @param kernels what it multiplies with
   */
  public static WeightForm of(Precision precision, ProcessorKernels kernels) {
    return switch (precision) {
      case F32 -> F32;
      case F16 -> PACKED_F16;
      case BF16 -> kernels.bf16() ? BF16 : PACKED_F16;
      case INT8 -> INT8;
      case INT4 -> INT4;
      case NF4 -> NF4;
    };
  }

  /** The form for a precision on a GPU, where all plain ones are multiplied as they are. */
  public static WeightForm ofGpu(Precision precision) {
    return switch (precision) {
      case F32 -> F32;
      case F16 -> F16;
      case BF16 -> BF16;
      case INT8 -> INT8;
      case INT4 -> INT4;
      case NF4 -> NF4;
    };
  }
}
