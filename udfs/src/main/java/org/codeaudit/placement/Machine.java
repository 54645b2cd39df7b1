package org.codeaudit.placement;

import java.util.List;
import org.codeaudit.model.Device;

/**
 * What an executor may use.
 *
 * @param gpus the GPUs this process sees and may use; none on a CPU node
 * @param freeMemory bytes of memory the system can give without swapping
 * @param multipliesBf16 whether the processor multiplies bfloat16 matrices fast (AMX or AVX-512)
 * @param sharesMemory whether the GPUs have no memory of their own but use the processor's
 */
public record Machine(
    List<Gpu> gpus, long freeMemory, boolean multipliesBf16, boolean sharesMemory) {

  /** A machine whose GPUs, if any, have memory of their own. */
  public Machine(List<Gpu> gpus, long freeMemory, boolean multipliesBf16) {
    this(gpus, freeMemory, multipliesBf16, false);
  }

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
