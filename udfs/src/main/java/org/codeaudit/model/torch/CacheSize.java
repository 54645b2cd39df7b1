package org.codeaudit.model.torch;

import java.util.function.LongPredicate;
import org.codeaudit.AuditException;
import org.codeaudit.checkpoint.ModelConfig;
import org.codeaudit.model.ModelSettings;
import org.codeaudit.placement.CacheRoom;
import org.codeaudit.placement.WeightForm;

/**
 * How many positions of key-value cache a model gets: those asked for, or else room for 16
 * sequences of full length, as far as the memory goes.
 */
final class CacheSize {
  /** What stays free on a GPU, for the activations of a step and the kernels' workspaces. */
  static final long GPU_RESERVE = 1L << 30;

  /** A GPU's free memory is found to this many bytes. */
  private static final long GPU_GRAIN = 1L << 26;

  private CacheSize() {}

  /** Memory one position takes: a key and a value of every head and layer that keeps them. */
  static long bytesPerPosition(ModelConfig config, WeightForm form) {
    return 2L * form.bytes() * config.cachedLayers() * config.keyValueHeads() * config.headSize();
  }

  /**
   * The positions on the CPU. If nothing is asked for they take no more than a quarter of the free
   * memory (of which untouched positions take none).
   */
  static int positions(
      ModelConfig config, ModelSettings settings, WeightForm form, long freeBytes) {
    long each = bytesPerPosition(config, form);
    return checked(settings, freeBytes, CacheRoom.quarter(freeBytes), each, wanted(config, settings));
  }

  /**
   * The positions on a GPU, once the weights are there: the rest of its memory but 1 GiB. Nothing
   * else may take that memory from now on.
   *
   * @param fits whether so many bytes can be had there now
   */
  static int positions(
      ModelConfig config, ModelSettings settings, WeightForm form, LongPredicate fits) {
    long each = bytesPerPosition(config, form);
    long wanted = wanted(config, settings);
    long free = Math.max(0, greatest(wanted * each + GPU_RESERVE, fits) - GPU_RESERVE);
    return checked(settings, free, free, each, wanted);
  }

  private static long wanted(ModelConfig config, ModelSettings settings) {
    return CacheRoom.wanted(config, settings.cacheTokens());
  }

  private static int checked(
      ModelSettings settings, long freeBytes, long shareBytes, long each, long wanted) {
    long positions =
        settings.cacheTokens() > 0
            ? wanted
            : Math.min(Math.min(wanted, shareBytes / each), Integer.MAX_VALUE);
    if (positions < 1 || positions * each > freeBytes) {
      throw new AuditException(
          "CACHE_TOO_LARGE",
          "The key-value cache of " + settings.path() + " cannot be allocated",
          Math.max(1, positions)
              + " positions of "
              + each
              + " bytes need more than the "
              + freeBytes
              + " bytes of free memory",
          "Ask for fewer cache tokens or free memory");
    }
    return (int) positions;
  }

  /** The most bytes up to {@code most} that fit, but for one grain. */
  private static long greatest(long most, LongPredicate fits) {
    if (fits.test(most)) {
      return most;
    }
    long low = 0;
    long high = most;
    while (high - low > GPU_GRAIN) {
      long middle = low + (high - low) / 2;
      if (fits.test(middle)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
