package org.codeaudit.model.torch.machine;

import ai.djl.engine.EngineException;
import java.util.Optional;
import java.util.OptionalInt;
import org.codeaudit.model.DeviceChoice.Sight;

/** The devices that libtorch sees in this process. */
final class TorchDevices {
  private TorchDevices() {}

  /** What this process sees. Counts devices without touching one. */
  static Sight sight() {
    return new Sight(count(), Optional.ofNullable(System.getenv("CUDA_VISIBLE_DEVICES")));
  }

  /** CUDA devices; empty if this libtorch was built without CUDA. */
  private static OptionalInt count() {
    try (ProbeProgram program = ProbeProgram.ofDevices()) {
      return OptionalInt.of(program.count());
    } catch (EngineException e) {
      // the operator is registered by the CUDA part of libtorch
      if (String.valueOf(e.getMessage()).contains("Unknown builtin op: cuda::device_count")) {
        return OptionalInt.empty();
      }
      throw e;
    }
  }
}
