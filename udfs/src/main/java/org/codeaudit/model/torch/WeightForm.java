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
   * in the normal range of float16 keeps its value. On two cores with AVX2, over 170 MB of matrices
   * [4864, 896], milliseconds for 1, 4, 64 and 512 rows: this form 0.4, 0.4, 3.1, 26; 32-bit floats
   * 1.1, 1.3, 5.0, 29; bfloat16 0.6, 2, 37, 349. So one form serves every number of rows.
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

  /** The form for a precision on this machine's processor. */
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
