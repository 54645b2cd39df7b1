package org.codeaudit.model.torch.machine;

import org.codeaudit.model.torch.program.TorchProgram;
import org.codeaudit.model.torch.program.TorchScriptArchive;

/**
 * The small programs that ask a machine what it has and can do: {@code devices.py}, {@code
 * memory.py} and {@code floors.py}. Each is a module of its own, because a libtorch without CUDA
 * cannot load the first. Has a Java method for each of their methods; only those of the program
 * that was loaded may be called.
 *
 * <p>Every method throws {@link ai.djl.engine.EngineException} with what libtorch says if libtorch
 * fails.
 */
final class ProbeProgram implements AutoCloseable {
  private final TorchProgram program;

  private ProbeProgram(String resource, int threads) {
    program = TorchProgram.load(TorchScriptArchive.ofResources(resource), threads);
  }

  /** Counts devices; fails to load in a libtorch without CUDA. */
  static ProbeProgram ofDevices() {
    return new ProbeProgram("devices.py", 1);
  }

  /** Tries to take memory. */
  static ProbeProgram ofMemory() {
    return new ProbeProgram("memory.py", 1);
  }

  /** Reads, multiplies and copies, with so many threads of the processor. */
  static ProbeProgram ofFloors(int threads) {
    return new ProbeProgram("floors.py", threads);
  }

  // ---- devices.py ----

  /** CUDA devices that this process sees. */
  int count() {
    return Math.toIntExact(program.call("count"));
  }

  // ---- memory.py ----

  /** Takes so many bytes of a device and gives them back; fails if there are fewer. */
  void take(String device, long bytes) {
    program.call("take", device, bytes);
  }

  // ---- floors.py ----

  /** Makes so many 32-bit floats on a device, for {@link #read}. */
  void hold(String device, long count) {
    program.call("hold", device, count);
  }

  /** Reads what is held. */
  void read() {
    program.callForDouble("read");
  }

  /**
   * Makes bytes on the processor and as many on a device, for {@link #copy}.
   *
   * @param pinned whether those on the processor are in memory that the system does not move
   */
  void holdBoth(String device, long bytes, boolean pinned) {
    program.call("hold_both", device, bytes, pinned);
  }

  /** Copies what is held on the processor to the device. */
  void copy() {
    program.callForDouble("copy");
  }

  /** Makes a [rows, width] and a [width, width] matrix on a device. */
  void factors(String device, int rows, int width, int dtype) {
    program.call("factors", device, rows, width, dtype);
  }

  /** Multiplies the matrices so many times. */
  void multiply(int times) {
    program.callForDouble("multiply", times);
  }

  /** Packs the second matrix as 8-bit integers, for {@link #multiplyPacked}. */
  void pack() {
    program.call("pack");
  }

  /** Multiplies with the packed matrix so many times. */
  void multiplyPacked(int times) {
    program.callForDouble("multiply_packed", times);
  }

  /** Gives back the memory of all that was made. */
  void forget() {
    program.call("forget");
  }

  @Override
  public void close() {
    program.close();
  }
}
