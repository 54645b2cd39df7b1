package org.codeaudit.model.torch.load;

import ai.djl.engine.EngineException;
import java.nio.file.Path;
import java.util.Map;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.model.Device;
import org.codeaudit.model.PlacementRequest.Strategy;
import org.codeaudit.model.torch.machine.Hardware;
import org.codeaudit.model.torch.pack.PackedCache;
import org.codeaudit.model.torch.program.DecoderProgram;
import org.codeaudit.placement.PlacementPlan;
import org.codeaudit.placement.PlacementPlan.Share;

/** Checks that the memory which a plan counts on is still free. */
final class MemoryCheck {
  private final Path model;
  private final PlacementPlan plan;
  private final Hardware hardware;

  MemoryCheck(Path model, PlacementPlan plan, Hardware hardware) {
    this.model = model;
    this.plan = plan;
    this.hardware = hardware;
  }

  /** Checks the machine's memory before anything is loaded. */
  void beforeWeights() {
    onProcessor(share(Device.CPU).held(), "weights, cache and activations");
  }

  /**
   * Checks the machine's memory if quantised weights cannot be kept in a file as planned.
   *
   * @param bytes they take at most
   */
  void withoutFile(long bytes, PackedCache.Slot slot) {
    boolean planned = plan.strategy() == Strategy.DISK || plan.strategy() == Strategy.STREAMED;
    if (bytes == 0 || !planned || slot.file().isPresent()) {
      return;
    }
    long needed = share(Device.CPU).held() + bytes;
    long free = hardware.freeMemory().getAsLong();
    if (needed > free) {
      throw new AuditException(
          ErrorClass.PACKED_CACHE,
          "The model in " + model + " cannot be loaded as " + plan.strategy(),
          "its quantised weights were to be mapped from a file, none can be kept, and in memory all"
              + " would take "
              + needed
              + " bytes of "
              + free,
          "Set CODE_AUDIT_PACKED to a folder with " + bytes + " free bytes and 1 GiB more");
    }
  }

  /** Checks the GPUs' memory before anything is loaded. */
  void beforeWeights(DecoderProgram program) {
    plan.shares().forEach((device, share) -> onGpu(program, device, share.held(), "all it holds"));
  }

  /** Checks the memory of all devices once the weights are loaded. */
  void beforeCache(DecoderProgram program) {
    for (Map.Entry<Device, Share> entry : plan.shares().entrySet()) {
      long rest = entry.getValue().cache() + entry.getValue().activations();
      onGpu(program, entry.getKey(), rest, "cache and activations");
    }
    Share share = share(Device.CPU);
    onProcessor(share.cache() + share.activations(), "cache and activations");
  }

  private Share share(Device device) {
    return plan.shares().getOrDefault(device, new Share(0, 0, 0, 0));
  }

  private void onProcessor(long bytes, String what) {
    if (bytes > 0) {
      long free = hardware.freeMemory().getAsLong();
      if (bytes > free) {
        throw lacking(Device.CPU, bytes, what, "only " + free + " bytes are free");
      }
    }
  }

  private void onGpu(DecoderProgram program, Device device, long bytes, String what) {
    if (device.gpu().isEmpty() || bytes == 0) {
      return;
    }
    try {
      program.tryMemory(hardware.names().apply(device), bytes);
    } catch (EngineException e) {
      if (String.valueOf(e.getMessage()).contains("out of memory")) {
        throw lacking(device, bytes, what, "so much cannot be had there");
      }
      throw e;
    }
  }

  private AuditException lacking(Device device, long bytes, String what, String found) {
    return new AuditException(
        ErrorClass.MEMORY_SHRUNK,
        "The model in " + model + " cannot be loaded on " + device,
        "its plan ("
            + plan.strategy()
            + ") needs "
            + bytes
            + " bytes there for "
            + what
            + ", and now "
            + found,
        "Something else has taken memory since the plan was made: free it or lower --cpu-memory or"
            + " --gpu-memory, then try again");
  }
}
