package org.codeaudit.model.torch;

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
enum WeightForm {
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
  PACKED_F16(2, 5);

  /** The greatest finite float16. */
  static final double GREATEST_F16 = 65504;

  private final int bytes;
  private final int dtype;

  WeightForm(int bytes, int dtype) {
    this.bytes = bytes;
    this.dtype = dtype;
  }

  /** Bytes of one weight. */
  int bytes() {
    return bytes;
  }

  /** libtorch's number of the type. */
  int dtype() {
    return dtype;
  }

  /** The form for a precision on this machine's processor. A GPU takes any of the plain ones. */
  static WeightForm of(Precision precision) {
    if (precision == Precision.F32) {
      return F32;
    }
    return multipliesBf16(processorFlags()) ? BF16 : PACKED_F16;
  }

  /** Whether a processor with these flags multiplies bfloat16 matrices fast. */
  static boolean multipliesBf16(List<String> flags) {
    return flags.contains("amx_bf16") || flags.contains("avx512_bf16");
  }

  private static List<String> processorFlags() {
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
