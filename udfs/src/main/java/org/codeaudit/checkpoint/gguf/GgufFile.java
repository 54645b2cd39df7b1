package org.codeaudit.checkpoint.gguf;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.codeaudit.checkpoint.file.CheckpointErrors;
import org.codeaudit.checkpoint.file.StandIn;
import org.codeaudit.checkpoint.tensor.TensorInfo;
import org.codeaudit.checkpoint.tensor.TensorLayout;
import org.codeaudit.checkpoint.tensor.TensorType;

/**
 * The header of a GGUF file of version 2 or 3: magic, version, number of tensors and of metadata
 * entries, the metadata, one description a tensor, and after padding to {@code general.alignment}
 * the data.
 *
 * @param tensors under the names the file has for them, rows in stored order
 * @param dataOffset bytes before the first tensor
 */
public record GgufFile(GgufMetadata metadata, List<TensorInfo> tensors, long dataOffset) {
  private static final int MAGIC = 0x46554747; // "GGUF", little-endian
  private static final int SHORTEST_TENSOR = 8 + 4 + 8 + 4 + 8;
  private static final int MOST_DIMENSIONS = 4;
  private static final int DEFAULT_ALIGNMENT = 32;
  private static final int LARGEST_ALIGNMENT = 1 << 20;

  public static GgufFile read(Path file) {
    try (GgufInput input = new GgufInput(file)) {
      StandIn.refuse(file);
      checkVersion(input);
      long tensorCount = input.count("tensors", SHORTEST_TENSOR);
      long metadataCount = input.count("metadata entries", GgufMetadata.shortestEntry());
      GgufMetadata metadata = GgufMetadata.read(input, metadataCount);
      List<Description> descriptions = new ArrayList<>();
      for (long i = 0; i < tensorCount; i++) {
        descriptions.add(Description.read(input));
      }
      long alignment = alignment(metadata);
      long dataOffset = (input.position() + alignment - 1) / alignment * alignment;
      List<TensorInfo> tensors = new ArrayList<>();
      for (Description description : descriptions) {
        tensors.add(description.tensor(file, dataOffset, alignment));
      }
      checkNames(file, tensors);
      TensorLayout.check(file, input.fileSize(), tensors);
      return new GgufFile(metadata, List.copyOf(tensors), dataOffset);
    } catch (IOException e) {
      throw CheckpointErrors.unreadable(file, e);
    }
  }

  private static void checkVersion(GgufInput input) throws IOException {
    int magic = input.int32();
    if (magic != MAGIC) {
      throw CheckpointErrors.headerInvalid(
          input.file(), "It does not begin with GGUF, so it is no GGUF file");
    }
    int version = input.int32();
    if (version != 2 && version != 3) {
      boolean bigEndian = Integer.reverseBytes(version) > 0 && Integer.reverseBytes(version) < 16;
      throw CheckpointErrors.unsupported(
          input.file(),
          bigEndian
              ? "It is a big-endian GGUF file"
              : "It has version " + Integer.toUnsignedString(version) + " of GGUF",
          "Use a little-endian file of version 2 or 3");
    }
  }

  private static long alignment(GgufMetadata metadata) {
    int alignment = metadata.integer("general.alignment").orElse(DEFAULT_ALIGNMENT);
    if (alignment < 1 || alignment > LARGEST_ALIGNMENT || Integer.bitCount(alignment) != 1) {
      throw CheckpointErrors.headerInvalid(
          metadata.file(), "Its general.alignment is " + alignment + ", not a power of two");
    }
    return alignment;
  }

  private static void checkNames(Path file, List<TensorInfo> tensors) {
    Set<String> names = new HashSet<>();
    for (TensorInfo tensor : tensors) {
      if (!names.add(tensor.name())) {
        throw TensorLayout.invalid(file, tensor.name(), "is described twice");
      }
    }
  }

  /** One tensor as the header describes it; the offset counts from the beginning of the data. */
  private record Description(String name, List<Long> shape, int type, long offset) {

    static Description read(GgufInput input) throws IOException {
      String name = input.string();
      int dimensions = input.int32();
      if (dimensions < 1 || dimensions > MOST_DIMENSIONS) {
        throw TensorLayout.invalid(
            input.file(), name, "has " + Integer.toUnsignedString(dimensions) + " dimensions");
      }
      List<Long> shape = new ArrayList<>();
      for (int i = 0; i < dimensions; i++) {
        shape.add(input.int64());
      }
      // Stored with the contiguous dimension first.
      Collections.reverse(shape);
      return new Description(name, shape, input.int32(), input.int64());
    }

    TensorInfo tensor(Path file, long dataOffset, long alignment) {
      TensorType tensorType =
          GgufTensorTypes.type(type)
              .orElseThrow(
                  () ->
                      CheckpointErrors.unsupported(
                          file,
                          "The tensor "
                              + TensorLayout.shown(name)
                              + " has the type "
                              + GgufTensorTypes.name(type)
                              + "; supported are "
                              + GgufTensorTypes.supportedNames(),
                          "Use a file quantised to one of these types"));
      if (offset < 0 || offset > Long.MAX_VALUE - dataOffset || offset % alignment != 0) {
        throw TensorLayout.invalid(
            file,
            name,
            "begins at byte "
                + Long.toUnsignedString(offset)
                + " of the data, no multiple of "
                + alignment);
      }
      if (shape.size() == 1 && !tensorType.plain()) {
        throw TensorLayout.invalid(file, name, "is quantised but has one dimension only");
      }
      long bytes = TensorLayout.bytes(file, name, tensorType, shape);
      return new TensorInfo(
          name, tensorType, shape, file, dataOffset + offset, bytes, TensorInfo.RowOrder.HALVES);
    }
  }
}
