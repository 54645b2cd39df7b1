package org.codeaudit.model.torch.machine;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What a machine can do at most, measured: the least time of a step follows from it.
 *
 * @param device as libtorch names it
 * @param threads of the processor that took part
 * @param readBytes a second, out of more memory than caches hold
 * @param operations multiplications and additions of 32-bit floats a second, in large products
 * @param integerOperations the same of 8-bit integers; empty where libtorch has no such product
 */
public record Floors(
    String device,
    int threads,
    double readBytes,
    double operations,
    OptionalDouble integerOperations) {

  /** The better figures of two measurements: other processes may have used the machine. */
  public Floors best(Floors other) {
    return new Floors(
        device,
        threads,
        Math.max(readBytes, other.readBytes),
        Math.max(operations, other.operations),
        integerOperations.isPresent() && other.integerOperations.isPresent()
            ? OptionalDouble.of(
                Math.max(integerOperations.getAsDouble(), other.integerOperations.getAsDouble()))
            : integerOperations);
  }

  /** For people: reads in GB/s, products in thousand millions of operations a second. */
  public String text() {
    String integers =
        integerOperations.isPresent()
            ? String.format(
                Locale.ROOT, ", int8 products %.0f GOP/s", integerOperations.getAsDouble() / 1e9)
            : "";
    return String.format(
        Locale.ROOT,
        "reads %.1f GB/s, f32 products %.0f GFLOP/s%s",
        readBytes / 1e9,
        operations / 1e9,
        integers);
  }
}
