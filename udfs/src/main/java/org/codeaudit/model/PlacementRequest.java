package org.codeaudit.model;

import java.io.Serializable;
import java.util.Locale;

/**
 * How a user wants a model spread over the devices of an executor.
 *
 * @param strategy which way, or {@link Strategy#AUTO}
 * @param gpuMemory the most bytes to use of each GPU; 0 for what is free
 * @param cpuMemory the most bytes of memory to use; 0 for what is free
 */
public record PlacementRequest(Strategy strategy, long gpuMemory, long cpuMemory)
    implements Serializable {
  /** The fastest placement that fits. */
  public static final PlacementRequest AUTO = new PlacementRequest(Strategy.AUTO, 0, 0);

  /** A way to spread a model. */
  public enum Strategy {
    /** The fastest of the strategies below that fits. */
    AUTO,
    /** Everything on one GPU. */
    GPU,
    /** Whole layers on each of several GPUs. */
    MULTI_GPU,
    /** Attention on the GPU; experts, or whole layers, on the CPU. */
    HYBRID,
    /** Computed on the GPU; weights are copied there layer by layer. */
    STREAMED,
    /** Everything in memory. */
    CPU,
    /** Mapped files that may exceed the memory. */
    DISK;

    /** As it is written on the command line: {@code multi-gpu}. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public PlacementRequest {
    if (gpuMemory < 0 || cpuMemory < 0) {
      throw new IllegalArgumentException("negative gpuMemory or cpuMemory");
    }
  }
}
