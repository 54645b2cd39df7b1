package org.codeaudit.checkpoint.tensor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.codeaudit.checkpoint.file.CheckpointErrors;

/** Checks of where tensors lie in one file, shared by the file formats. */
public final class TensorLayout {
  private TensorLayout() {}

  /**
   * The bytes a tensor takes.
   *
   * @throws org.codeaudit.AuditException if a size is negative, the product overflows or the rows
   *     are no whole number of blocks
   */
  public static long bytes(Path file, String name, TensorType type, List<Long> shape) {
    long elements = 1;
    try {
      for (long size : shape) {
        if (size < 0) {
          throw invalid(file, name, "has the shape " + shape + " with a negative size");
        }
        elements = Math.multiplyExact(elements, size);
      }
      long row = shape.isEmpty() ? 1 : shape.get(shape.size() - 1);
      if (row % type.blockSize() != 0) {
        throw invalid(
            file, name, "has rows of " + row + " numbers, no multiple of " + type.blockSize());
      }
      return Math.multiplyExact(elements / type.blockSize(), (long) type.blockBytes());
    } catch (ArithmeticException e) {
      throw invalid(file, name, "has the shape " + shape + ", more bytes than can be counted");
    }
  }

  /** Checks that every tensor lies inside the file and shares no byte with another. */
  public static void check(Path file, long fileSize, List<TensorInfo> tensors) {
    List<TensorInfo> sorted = new ArrayList<>(tensors);
    sorted.sort(Comparator.comparingLong(TensorInfo::offset).thenComparing(TensorInfo::bytes));
    TensorInfo previous = null;
    for (TensorInfo tensor : sorted) {
      if (tensor.offset() < 0 || tensor.bytes() > fileSize - tensor.offset()) {
        throw CheckpointErrors.truncated(
            file,
            "The tensor "
                + tensor.name()
                + " takes "
                + tensor.bytes()
                + " bytes from byte "
                + tensor.offset()
                + " but the file has "
                + fileSize
                + " bytes");
      }
      if (previous != null && previous.offset() + previous.bytes() > tensor.offset()) {
        throw CheckpointErrors.headerInvalid(
            file, "The tensors " + previous.name() + " and " + tensor.name() + " overlap");
      }
      previous = tensor.bytes() > 0 ? tensor : previous;
    }
  }

  public static RuntimeException invalid(Path file, String name, String why) {
    return CheckpointErrors.headerInvalid(file, "The tensor " + shown(name) + " " + why);
  }

  public static RuntimeException unsupportedType(Path file, String name, String type) {
    return CheckpointErrors.unsupported(
        file,
        "The tensor "
            + shown(name)
            + " has the type "
            + shown(type)
            + "; F32, F16 and BF16 are supported",
        "Use a checkpoint in one of these types");
  }

  /** A name from an unchecked file, short enough for a message. */
  public static String shown(String name) {
    String printable = name.replaceAll("[^\\x20-\\x7e]", "?");
    return printable.length() > 120 ? printable.substring(0, 120) + "…" : printable;
  }
}
