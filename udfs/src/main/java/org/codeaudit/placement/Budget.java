package org.codeaudit.placement;

import java.util.LinkedHashMap;
import java.util.Map;
import org.codeaudit.model.Device;
import org.codeaudit.model.PlacementRequest;

/**
 * What a model may take of a device.
 *
 * @param free bytes that nobody uses, or that the user allows
 * @param usable of them by weights, cache and activations
 */
record Budget(long free, long usable) {
  /** A process on a GPU: CUDA's context, libtorch's kernels, cuBLAS' workspace. */
  static final long CUDA_PROCESS = 768L << 20;

  /** libtorch rounds allocations and leaves gaps between them: one byte in this many. */
  static final int FRAGMENTS = 50;

  /** What a growing Java heap and libtorch itself take of the memory at most. */
  static final long PROCESS = 1L << 30;

  /** And of a small memory: one byte in this many. */
  static final int PROCESS_PART = 16;

  /** The budget of every device a machine has, those of GPUs first. */
  static Map<Device, Budget> of(Machine machine, PlacementRequest request) {
    Map<Device, Budget> budgets = new LinkedHashMap<>();
    Budget memory = memory(capped(machine.freeMemory(), request.cpuMemory()));
    for (Machine.Gpu gpu : machine.gpus()) {
      long free = capped(gpu.freeBytes(), request.gpuMemory());
      budgets.put(gpu.device(), gpu(machine.sharesMemory() ? Math.min(free, memory.usable) : free));
    }
    budgets.put(Device.CPU, memory);
    return budgets;
  }

  private static long capped(long free, long cap) {
    return cap > 0 ? Math.min(free, cap) : free;
  }

  private static Budget gpu(long free) {
    long rest = Math.max(0, free - CUDA_PROCESS);
    return new Budget(free, rest - rest / FRAGMENTS);
  }

  private static Budget memory(long free) {
    return new Budget(free, free - Math.min(free / PROCESS_PART, PROCESS));
  }
}
