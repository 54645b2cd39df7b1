package org.codeaudit.model.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.codeaudit.AuditException;
import org.codeaudit.checkpoint.ModelConfig;
import org.codeaudit.model.ModelSettings;

/** How many positions of key-value cache a model gets. */
final class CacheSize {
  /** Sequences of full length the cache has room for, if the memory has. */
  private static final int FULL_SEQUENCES = 16;

  /** The part of the free memory the cache takes at most if nothing is said: one in so many. */
  private static final int MEMORY_PART = 4;

  private CacheSize() {}

  /** Memory one position takes: a key and a value of every head and layer, 32-bit floats. */
  static long bytesPerPosition(ModelConfig config) {
    return 2L * 4 * config.layers() * config.keyValueHeads() * config.headSize();
  }

  /**
   * The positions asked for, or else room for 16 sequences of full length, but no more than a
   * quarter of the free memory (of which untouched positions take none).
   */
  static int positions(ModelConfig config, ModelSettings settings) {
    return positions(config, settings, freeMemory());
  }

  static int positions(ModelConfig config, ModelSettings settings, long freeBytes) {
    long each = bytesPerPosition(config);
    long asked = settings.cacheTokens();
    if (asked == 0) {
      long wanted = (long) FULL_SEQUENCES * config.contextLength();
      asked = Math.min(Math.min(wanted, freeBytes / MEMORY_PART / each), Integer.MAX_VALUE);
    }
    if (asked < 1 || asked * each > freeBytes) {
      throw new AuditException(
          "CACHE_TOO_LARGE",
          "The key-value cache of " + settings.path() + " cannot be allocated",
          Math.max(1, asked)
              + " positions of "
              + each
              + " bytes need more than the "
              + freeBytes
              + " bytes of free memory",
          "Ask for fewer cache tokens or free memory");
    }
    return (int) asked;
  }

  /** Bytes the system can give without swapping, as the kernel estimates them. */
  private static long freeMemory() {
    Path description = Path.of("/proc/meminfo");
    if (!Files.isReadable(description)) {
      return Runtime.getRuntime().maxMemory();
    }
    try (var lines = Files.lines(description)) {
      return lines
          .filter(line -> line.startsWith("MemAvailable:"))
          .findFirst()
          .map(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .orElse(Runtime.getRuntime().maxMemory());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
