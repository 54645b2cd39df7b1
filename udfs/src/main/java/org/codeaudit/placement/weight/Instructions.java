package org.codeaudit.placement.weight;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a processor has instructions for.
 *
 * @param bf16 whether it multiplies bfloat16 matrices several times as fast as 32-bit floats: AMX.
 *     With AVX-512 BF16 alone prompts are read 1.2 to 1.8 times as fast and tokens written 0.5 to
 *     0.9 times (docs/models.md), so that it is no gain
 * @param integers whether libtorch has a kernel for products of 8-bit integers on it: AVX2
 */
public record Instructions(boolean bf16, boolean integers) {
  /** AVX2, and nothing later that matters here. */
  public static final Instructions AVX2 = new Instructions(false, true);

  /** Of a processor with these flags, as Linux names them. */
  public static Instructions of(List<String> flags) {
    return new Instructions(flags.contains("amx_bf16"), flags.contains("avx2"));
  }

  /** Of the processor of this process. */
  public static Instructions ofProcess() {
    return of(flags());
  }

  /** What this machine's processor says it can do; empty where the system does not say. */
  public static List<String> flags() {
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
