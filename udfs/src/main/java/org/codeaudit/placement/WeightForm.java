package org.codeaudit.placement;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.codeaudit.model.Precision;

/**
 * How a linear layer's matrix is kept, which decides the kernel that multiplies with it.
 * Activations are 32-bit floats outside the kernel in every form.
 */
public enum WeightForm {
  /** 32-bit floats. */
  F32(4, 6),

  /** bfloat16 multiplied with bfloat16, for processors that can do so (AMX or AVX-512 BF16). */
  BF16(2, 15),

  /**
   * Packed float16 multiplied with 32-bit activations, for all other processors. A bfloat16 weight
   * in the normal range of float16 keeps its value.
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
   * So one form serves every number of rows.
   */
  PACKED_F16(2, 5),

  /** float16 multiplied with float16. */
  F16(2, 5),

  /** 8-bit integers and a scale for each row. */
  INT8(1, 1),

  /** 4-bit integers with a scale and a zero for each group of a row. */
  INT4(0.5, 0),

  /** 4-bit codes of the NormalFloat type with a scale for each block of numbers. */
  NF4(0.5, 0),

  /** 8-bit integers with a scale and a zero for each group of a row. */
  GROUPED_INT8(1, 0);

  /** Numbers of a row that share a scale in {@link #INT4}, if the checkpoint does not say. */
  public static final int INT4_GROUP = 128;

  /** Numbers that share a scale in {@link #NF4}. */
  public static final int NF4_BLOCK = 64;

  /** The greatest finite float16. */
  public static final double GREATEST_F16 = 65504;

  private final double bytes;
  private final int dtype;

  WeightForm(double bytes, int dtype) {
    this.bytes = bytes;
    this.dtype = dtype;
  }

  /** Bytes of one weight in a form that has no scales. */
  public int bytes() {
    if (this == INT4 || this == NF4 || this == INT8 || this == GROUPED_INT8) {
      throw new IllegalStateException(this + " has scales: ask for a matrix");
    }
    return (int) bytes;
  }

  /**
   * Bytes of a matrix, its scales included.
   *
   * @param groupSize numbers that share a scale; only of the grouped forms
   */
  public long bytes(long rows, long columns, int groupSize) {
    long numbers = (long) Math.ceil(rows * columns * bytes);
    return switch (this) {
      case INT8 -> numbers + 4 * rows;
      case INT4 -> numbers + 2 * 2 * rows * groups(columns, groupSize);
      case GROUPED_INT8 -> numbers + 2 * 4 * rows * groups(columns, groupSize);
      case NF4 -> numbers + 4 * groups(rows * columns, groupSize);
      default -> numbers;
    };
  }

  private static long groups(long numbers, int groupSize) {
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

  /** The form for a precision on this machine's processor. A GPU takes any of the plain ones. */
  public static WeightForm of(Precision precision) {
    if (precision == Precision.F32) {
      return F32;
    }
    return multipliesBf16(processorFlags()) ? BF16 : PACKED_F16;
  }

  /** Whether a processor with these flags multiplies bfloat16 matrices fast. */
  public static boolean multipliesBf16(List<String> flags) {
    return flags.contains("amx_bf16") || flags.contains("avx512_bf16");
  }

  /** What the processor says it can do; empty where the system does not say. */
  public static List<String> processorFlags() {
    Path description = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(description)) {
      return List.of();
    }
    try (var lines = Files.lines(description)) {
      return lines
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .map(line -> List.of(line.substring(line.indexOf(':') + 1).strip().split("\\s+")))
          .orElse(List.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
