package org.codeaudit.model;

import java.io.Serializable;
import java.util.List;
import org.codeaudit.model.DeviceRequest.Wish;

/**
 * Everything that decides how a model is loaded. Small and serialisable: it travels to executors
 * and is the key of the model cache.
 *
 * @param path a Hugging Face folder or a GGUF file, as every executor sees it, or the pinned
 *     reference of a model that each machine fetches once
 * @param precision how weights are kept
 * @param cacheTokens positions of key-value cache to reserve over all sequences; 0 for as many as
 *     the engine's largest batch needs
 * @param threads threads of one step on a CPU; 0 for one per available processor
 * @param device which devices the model may use
 * @param placement how it is spread over them
 * @param cacheType what the key-value cache holds
 * @param arithmetic how precisely a processor multiplies
 */
public record ModelSettings(
    String path,
    Precision precision,
    int cacheTokens,
    int threads,
    DeviceRequest device,
    PlacementRequest placement,
    CacheType cacheType,
    Arithmetic arithmetic)
    implements Serializable {

  /** Settings for the CPU. */
  public ModelSettings(String path, Precision precision, int cacheTokens, int threads) {
    this(path, precision, cacheTokens, threads, DeviceRequest.of(Wish.CPU));
  }

  /** Settings that leave the placement open. */
  public ModelSettings(
      String path, Precision precision, int cacheTokens, int threads, DeviceRequest device) {
    this(path, precision, cacheTokens, threads, device, PlacementRequest.AUTO);
  }

  /** Settings with a cache in the type of attention, and with the arithmetic left open. */
  public ModelSettings(
      String path,
      Precision precision,
      int cacheTokens,
      int threads,
      DeviceRequest device,
      PlacementRequest placement) {
    this(path, precision, cacheTokens, threads, device, placement, CacheType.AUTO, Arithmetic.AUTO);
  }

  public ModelSettings {
    if (cacheTokens < 0 || threads < 0) {
      throw new IllegalArgumentException("negative cacheTokens or threads");
    }
  }

  /**
   * The part of them that determines the model's arithmetic, and so its answers: {@code
   * bf16+kv-int8}, {@code bf16+exact}.
   */
  public String numbers() {
    String kept = cacheType.with(precision);
    return arithmetic == Arithmetic.AUTO ? kept : kept + "+" + arithmetic;
  }

  /** These settings with another arithmetic. */
  public ModelSettings with(Arithmetic other) {
    return new ModelSettings(
        path, precision, cacheTokens, threads, device, placement, cacheType, other);
  }

  /** These settings with a cache of another type. */
  public ModelSettings with(CacheType type) {
    return new ModelSettings(
        path, precision, cacheTokens, threads, device, placement, type, arithmetic);
  }

  /** These settings with a cache of so many positions; 0 for as many as memory allows. */
  public ModelSettings withCacheTokens(int tokens) {
    return new ModelSettings(
        path, precision, tokens, threads, device, placement, cacheType, arithmetic);
  }

  /** These settings on an executor that was assigned these GPUs. */
  public ModelSettings assigned(List<String> gpus) {
    return new ModelSettings(
        path,
        precision,
        cacheTokens,
        threads,
        new DeviceRequest(device.wish(), gpus),
        placement,
        cacheType,
        arithmetic);
  }
}
