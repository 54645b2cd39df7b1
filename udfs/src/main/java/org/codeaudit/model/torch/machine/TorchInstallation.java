package org.codeaudit.model.torch.machine;

import ai.djl.engine.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.codeaudit.model.Device;
import org.codeaudit.model.DeviceChoice.Sight;

/**
 * The libtorch that this process has loaded.
 *
 * @param version of libtorch
 * @param folder its libraries were loaded from; empty where the system does not say
 * @param devices how many CUDA devices it sees; empty if it was built without CUDA
 */
public record TorchInstallation(String version, Optional<Path> folder, OptionalInt devices) {

  /**
   * Loads libtorch if that has not been done, and looks.
   *
   * @throws org.codeaudit.AuditException {@code LIBTORCH_UNAVAILABLE}
   */
  public static TorchInstallation find() {
    OptionalInt devices = TorchDevices.sight().devices();
    return new TorchInstallation(
        Engine.getEngine("PyTorch").getVersion(), folder(Path.of("/proc/self/maps")), devices);
  }

  /** The folder of the library that every libtorch has, among those a process has mapped. */
  static Optional<Path> folder(Path maps) {
    if (!Files.isReadable(maps)) {
      return Optional.empty();
    }
    try (var lines = Files.lines(maps)) {
      return lines
          .filter(line -> line.contains("/libtorch_cpu.so"))
          .map(line -> Path.of(line.substring(line.indexOf('/'))).getParent())
          .findFirst();
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  /** Bytes of a GPU that nobody uses now. */
  public static long freeBytes(Device gpu) {
    Sight sight = TorchDevices.sight();
    return FreeGpuMemory.ask(sight).bytes(gpu, ThisMachine.freeMemory());
  }
}
