package org.codeaudit.model;

import java.util.OptionalInt;

/**
 * The device a model is on.
 *
 * @param gpu index among the CUDA devices this process sees; empty for the CPU
 */
public record Device(OptionalInt gpu) {
  /** The processor. */
  public static final Device CPU = new Device(OptionalInt.empty());

  /** A GPU of this process, counted from 0. */
  public static Device gpu(int index) {
    return new Device(OptionalInt.of(index));
  }

  /** As libtorch and the tables spell it: {@code cpu}, {@code cuda:1}. */
  @Override
  public String toString() {
    return gpu.isPresent() ? "cuda:" + gpu.getAsInt() : "cpu";
  }
}
