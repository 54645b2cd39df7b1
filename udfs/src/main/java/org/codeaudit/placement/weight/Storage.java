package org.codeaudit.placement.weight;

import org.codeaudit.checkpoint.tensor.TensorInfo;

/**
 * How a checkpoint stores a matrix.
 *
 * @param encoding of its numbers
 * @param groupSize numbers that share a scale; 0 for plain numbers and blocks
 */
public record Storage(Encoding encoding, int groupSize) {
  /** bfloat16 as it lies in a plain checkpoint. */
  public static final Storage BF16 = new Storage(Encoding.BF16, 0);

  /** What the bytes of a matrix are. */
  public enum Encoding {
    F32,
    F16,
    BF16,
    /** Numbers that have to be decoded before a kernel can use them: GGUF's blocks. */
    BLOCKS,
    /** GGUF's blocks of 4-bit integers, which can stay so. */
    BLOCKS4,
    /** GGUF's blocks of 8-bit integers, which can stay so. */
    BLOCKS8,
    /** 4-bit integers with a scale for each group: GPTQ, AutoRound. */
    INT4,
    /** 8-bit integers with a scale for each group. */
    INT8,
    /** bitsandbytes' 4-bit NormalFloat. */
    NF4
  }

  /** How this tensor is stored. */
  public static Storage of(TensorInfo tensor) {
    String type = tensor.type().name();
    if (tensor.type().plain()) {
      // as the loader has it: numbers that lie in another order or unaligned are decoded
      boolean usable =
          tensor.rowOrder() == TensorInfo.RowOrder.HALVES
              && tensor.offset() % tensor.type().blockBytes() == 0;
      return new Storage(usable ? Encoding.valueOf(type) : Encoding.BLOCKS, 0);
    }
    return switch (type) {
      case "INT4" -> new Storage(Encoding.INT4, groupSize(tensor, 4));
      case "INT8" -> new Storage(Encoding.INT8, groupSize(tensor, 8));
      case "NF4" -> new Storage(Encoding.NF4, WeightForm.NF4_BLOCK);
      case "Q4_0", "Q4_1" -> new Storage(Encoding.BLOCKS4, tensor.type().blockSize());
      case "Q8_0" -> new Storage(Encoding.BLOCKS8, tensor.type().blockSize());
      default -> new Storage(Encoding.BLOCKS, 0);
    };
  }

  /**
   * Numbers that share a scale: what the codes leave of a matrix's bytes is a scale of 16 bits and
   * a zero for each group, and little else. A power of two, or a whole row. Only for counting
   * bytes.
   */
  private static int groupSize(TensorInfo matrix, int bits) {
    double rest = Math.max(1, matrix.bytes() - matrix.elements() * bits / 8.0);
    double numbers = matrix.elements() / (rest / (2 + bits / 8.0));
    long columns = matrix.shape().get(matrix.shape().size() - 1);
    double power = Math.pow(2, Math.round(Math.log(numbers) / Math.log(2)));
    boolean row = Math.abs(Math.log(numbers / columns)) <= Math.abs(Math.log(numbers / power));
    return (int) (row ? columns : Math.max(1, Math.min(power, columns)));
  }

  /** Whether every number stands for itself, so that the file can be used as the matrix. */
  public boolean plain() {
    return encoding == Encoding.F32 || encoding == Encoding.F16 || encoding == Encoding.BF16;
  }

  /** Whether the checkpoint is quantised here in a way that is kept. */
  public boolean quantised() {
    return encoding == Encoding.INT4 || encoding == Encoding.INT8 || encoding == Encoding.NF4;
  }

  /** Bytes of one plain number. */
  int width() {
    return encoding == Encoding.F32 ? 4 : 2;
  }
}
