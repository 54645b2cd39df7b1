package org.codeaudit.placement;

import java.util.List;
import org.codeaudit.model.Device;

/**
 * What an executor may use.
 *
 * @param gpus the GPUs this process sees and may use; none on a CPU node
 * @param freeMemory bytes of memory the system can give without swapping
 * @param multipliesBf16 whether the processor multiplies bfloat16 matrices fast (AMX or AVX-512)
 */
public record Machine(List<Gpu> gpus, long freeMemory, boolean multipliesBf16) {

  /**
   * A GPU.
   *
   * @param device how libtorch names it
   * @param freeBytes memory nobody uses now
   */
  public record Gpu(Device device, long freeBytes) {}

  public Machine {
    gpus = List.copyOf(gpus);
  }
}
