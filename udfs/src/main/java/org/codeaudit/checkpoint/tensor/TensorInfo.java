package org.codeaudit.checkpoint.tensor;

import java.nio.file.Path;
import java.util.List;

/**
 * One stored tensor: where its bytes lie and what they mean. Its header has been checked: the bytes
 * lie inside the file, overlap no other tensor, and their number follows from type and shape.
 *
 * @param name the Hugging Face name, e.g. {@code model.layers.0.self_attn.q_proj.weight}, whatever
 *     the file format calls it
 * @param type how the numbers are encoded
 * @param shape sizes, outermost first, as PyTorch has them: a linear layer is {@code [out, in]}
 * @param file the file that holds it
 * @param offset bytes from the beginning of the file to the first number
 * @param bytes length in the file, gaps not counted; of a matrix that several stored tensors make
 *     up (types INT4, INT8 and NF4), of all of them together
 * @param rowOrder how the rows are ordered
 * @param columnStride numbers in the file from one column to the next where rows are {@link
 *     RowOrder#TRANSPOSED}; 0 for all others
 */
public record TensorInfo(
    String name,
    TensorType type,
    List<Long> shape,
    Path file,
    long offset,
    long bytes,
    RowOrder rowOrder,
    long columnStride) {

  /** A tensor whose rows follow each other. */
  public TensorInfo(
      String name,
      TensorType type,
      List<Long> shape,
      Path file,
      long offset,
      long bytes,
      RowOrder rowOrder) {
    this(name, type, shape, file, offset, bytes, rowOrder, 0);
  }

  /** How the rows of a matrix are ordered in the file. */
  public enum RowOrder {
    /** As Hugging Face has them: the two halves of a rotary pair lie half a head apart. */
    HALVES,
    /** As GGUF files of the llama architecture have them: the two halves of a pair are adjacent. */
    INTERLEAVED,
    /** Column by column: the numbers of a column are adjacent. Of plain types only. */
    TRANSPOSED
  }

  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /**
   * Some rows of a matrix as a tensor of their own, in the same place of the file.
   *
   * @param part its name
   * @param first index of its first row; neither may cut a head where rows are interleaved
   */
  public TensorInfo rows(String part, long first, long count) {
    long rowBytes = bytes / shape.get(0);
    return new TensorInfo(
        part,
        type,
        List.of(count, shape.get(1)),
        file,
        offset + first * rowBytes,
        count * rowBytes,
        rowOrder);
  }

  /** How many numbers the tensor holds. */
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }
}
