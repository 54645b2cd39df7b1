package org.codeaudit.model.torch.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.codeaudit.model.Device;
import org.codeaudit.model.DeviceChoice;
import org.codeaudit.model.DeviceChoice.Sight;
import org.codeaudit.model.DeviceRequest;
import org.codeaudit.model.DeviceRequest.Wish;
import org.codeaudit.model.ModelSettings;
import org.codeaudit.placement.Machine;
import org.codeaudit.placement.PlacementPlan;
import org.codeaudit.placement.PlacementQuestion;
import org.codeaudit.placement.Placements;
import org.codeaudit.placement.StepSize;
import org.codeaudit.placement.weight.Footprint;
import org.codeaudit.placement.weight.Instructions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this process finds on its machine. */
public final class ThisMachine {
  private static final Logger LOG = LoggerFactory.getLogger(ThisMachine.class);

  private ThisMachine() {}

  /**
   * What a model may use: the memory that is free now, and the GPUs that Spark assigned, or all in
   * sight if it assigned none.
   *
   * @throws org.codeaudit.AuditException as {@link DeviceChoice#of}
   */
  public static Machine of(DeviceRequest request) {
    Instructions processor = Instructions.ofProcess();
    long memory = freeMemory();
    if (request.wish() == Wish.CPU) {
      LOG.info("{}", DeviceChoice.of(request, TorchDevices::sight).reason());
      return new Machine(List.of(), memory, processor);
    }
    Sight sight = TorchDevices.sight();
    List<Device> devices = devices(request, sight);
    if (devices.isEmpty()) {
      return new Machine(List.of(), memory, processor);
    }
    FreeGpuMemory free = FreeGpuMemory.ask(sight);
    List<Machine.Gpu> gpus =
        devices.stream()
            .map(device -> new Machine.Gpu(device, free.bytes(device, memory)))
            .toList();
    return new Machine(gpus, memory, processor, free.shared());
  }

  /**
   * The plan for a model on this machine, whose memory is counted now.
   *
   * @throws org.codeaudit.AuditException as {@link #of}, and {@code PLACEMENT} if there is none
   *     with which it fits
   */
  public static PlacementPlan plan(Footprint model, ModelSettings settings, StepSize step) {
    return Placements.plan(
        settings.path(), PlacementQuestion.of(model, settings, of(settings.device()), step));
  }

  /** The GPUs of a request, each once. */
  static List<Device> devices(DeviceRequest request, Sight sight) {
    DeviceChoice first = DeviceChoice.of(request, () -> sight);
    LOG.info("{}", first.reason());
    if (first.device().gpu().isEmpty()) {
      return List.of();
    }
    if (request.assigned().isEmpty()) {
      return IntStream.range(0, sight.devices().orElse(0)).mapToObj(Device::gpu).toList();
    }
    List<Device> devices = new ArrayList<>();
    for (String address : request.assigned()) {
      DeviceRequest one = new DeviceRequest(request.wish(), List.of(address));
      Device device = DeviceChoice.of(one, () -> sight).device();
      if (!devices.contains(device)) {
        devices.add(device);
      }
    }
    return devices;
  }

  /** Bytes this process can have without swapping; see {@link FreeMemory}. */
  public static long freeMemory() {
    return FreeMemory.HERE.bytes();
  }
}
