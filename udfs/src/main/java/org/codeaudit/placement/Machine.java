package org.codeaudit.placement;

import java.util.List;
import org.codeaudit.model.Device;
import org.codeaudit.placement.weight.Instructions;

/**
 * What an executor may use.
 *
 * @param gpus the GPUs this process sees and may use; none on a CPU node
 * @param freeMemory bytes of memory the system can give without swapping
 * @param processor what the processor has instructions for
 * @param sharesMemory whether the GPUs have no memory of their own but use the processor's
 */
public record Machine(
    List<Gpu> gpus, long freeMemory, Instructions processor, boolean sharesMemory) {

  /** A machine whose GPUs, if any, have memory of their own. */
  public Machine(List<Gpu> gpus, long freeMemory, Instructions processor) {
    this(gpus, freeMemory, processor, false);
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
