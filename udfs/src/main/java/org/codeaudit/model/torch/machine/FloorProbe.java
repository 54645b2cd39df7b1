package org.codeaudit.model.torch.machine;

import ai.djl.engine.EngineException;
import java.util.OptionalDouble;
import org.codeaudit.model.ModelFailure;
import org.codeaudit.model.Precision;

/**
 * Measures through libtorch how fast a device can read, multiply and copy at most: each figure is
 * the best of several turns and takes about a second. Its memory is freed before the next figure is
 * measured.
 */
public final class FloorProbe implements AutoCloseable {
  private static final int TURNS = 6;

  /** Seconds after which no further turn is begun. */
  private static final double PATIENCE = 1.0;

  /** Bytes of a 32-bit float. */
  private static final int F32 = 4;

  /**
   * How much is done in a turn.
   *
   * @param bytes that are read, more than caches hold
   * @param copied bytes that are copied
   * @param rows of activations
   * @param width of the matrix they are multiplied with
   * @param times they are multiplied in one call
   */
  record Size(long bytes, long copied, int rows, int width, int times) {
    private static final Size PROCESSOR = new Size(256L << 20, 64L << 20, 512, 2048, 1);
    private static final Size GPU = new Size(1L << 30, 256L << 20, 4096, 4096, 8);

    /** Two operations for each product. */
    private double operations() {
      return 2.0 * times * rows * width * width;
    }
  }

  private final ProbeProgram program;
  private final String device;
  private final int threads;
  private final Size size;

  FloorProbe(String device, int threads, Size size) {
    this.device = device;
    this.threads = threads;
    this.size = size;
    this.program = ProbeProgram.ofFloors(threads);
  }

  /**
   * A probe; the caller closes it.
   *
   * @param device as libtorch names it: {@code cpu}, {@code cuda:0}
   * @param threads of the processor that take part
   * @throws org.codeaudit.AuditException if there is no libtorch
   */
  public static FloorProbe of(String device, int threads) {
    boolean gpu = device.startsWith("cuda");
    return new FloorProbe(device, threads, gpu ? Size.GPU : Size.PROCESSOR);
  }

  /**
   * The figures that the steps of a model are compared with.
   *
   * @throws ModelFailure with what libtorch says if the device cannot do it; so do all other
   *     methods
   */
  public Floors floors() {
    return new Floors(
        device,
        threads,
        readBytesPerSecond(),
        operationsPerSecond(Precision.F32),
        device.startsWith("cuda") ? OptionalDouble.empty() : integerOperationsPerSecond());
  }

  /** Bytes that the device reads in a second, from more memory than its caches hold. */
  public double readBytesPerSecond() {
    return measured(() -> program.hold(device, size.bytes() / F32), program::read, size.bytes());
  }

  /**
   * Multiplications and additions that the device makes in a second, in large products.
   *
   * @param precision of numbers: {@link Precision#F32}, {@link Precision#BF16} or {@link
   *     Precision#F16}
   */
  public double operationsPerSecond(Precision precision) {
    int dtype =
        switch (precision) {
          case F32 -> 6;
          case BF16 -> 15;
          case F16 -> 5;
          default -> throw new IllegalArgumentException(precision + " has products of its own");
        };
    return measured(
        () -> program.factors(device, size.rows(), size.width(), dtype),
        () -> program.multiply(size.times()),
        size.operations());
  }

  /** The same of 8-bit integers; empty where libtorch has no such product. */
  public OptionalDouble integerOperationsPerSecond() {
    try {
      program.factors(device, size.rows(), size.width(), 6);
      return OptionalDouble.of(
          measured(program::pack, () -> program.multiplyPacked(size.times()), size.operations()));
    } catch (EngineException | ModelFailure e) {
      return OptionalDouble.empty();
    }
  }

  /**
   * Bytes that are copied from the processor's memory to the device in a second.
   *
   * @param pinned whether the source is pinned memory, which only a GPU's driver provides
   */
  public double copyBytesPerSecond(boolean pinned) {
    return measured(
        () -> program.holdBoth(device, size.copied(), pinned), program::copy, size.copied());
  }

  /** The most of an amount that is done in a second. */
  private double measured(Runnable before, Runnable work, double amount) {
    try {
      before.run();
      work.run();
      double best = Double.MAX_VALUE;
      long began = System.nanoTime();
      long now = began;
      for (int turn = 0; turn < TURNS && now - began < PATIENCE * 1e9; turn++) {
        long started = now;
        work.run();
        now = System.nanoTime();
        best = Math.min(best, now - started);
      }
      return amount / (best / 1e9);
    } catch (EngineException e) {
      throw new ModelFailure("libtorch failed: " + e.getMessage(), e);
    } finally {
      program.forget();
    }
  }

  @Override
  public void close() {
    program.close();
  }
}
