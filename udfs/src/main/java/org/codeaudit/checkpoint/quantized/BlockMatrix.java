package org.codeaudit.checkpoint.quantized;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.codeaudit.checkpoint.file.CheckpointErrors;
import org.codeaudit.checkpoint.tensor.BlockDecoder;
import org.codeaudit.checkpoint.tensor.Float16;
import org.codeaudit.checkpoint.tensor.MappedWindow;
import org.codeaudit.checkpoint.tensor.TensorInfo;
import org.codeaudit.checkpoint.tensor.TensorReader;
import org.codeaudit.checkpoint.tensor.TensorType;

/**
 * A matrix of the GGUF types whose blocks are integers with one scale, {@code Q4_0}, {@code Q4_1}
 * and {@code Q8_0}, as numbers, scales and zeros. The block layouts are those of {@link
 * BlockDecoder}. Rows come out in Hugging Face order.
 */
public final class BlockMatrix {
  private static final int BLOCK = 32;
  private static final int STRIPE_ROWS = 128;

  private final TensorInfo tensor;
  private final int headSize;
  private final int rows;
  private final int columns;
  private final ByteBuffer codes;
  private final float[] scales;
  private final float[] zeros;

  private BlockMatrix(TensorInfo tensor, int headSize) {
    this.tensor = tensor;
    this.headSize = headSize;
    this.rows = Math.toIntExact(tensor.shape().get(0));
    this.columns = Math.toIntExact(tensor.shape().get(1));
    this.codes = ByteBuffer.allocateDirect(rows * columns);
    this.scales = new float[rows * (columns / BLOCK)];
    this.zeros = new float[scales.length];
  }

  /**
   * The matrix; empty if the type is another one.
   *
   * @param headSize rows of one attention head, for tensors whose rows are interleaved
   */
  public static Optional<QuantizedMatrix> quantized(TensorInfo tensor, int headSize) {
    boolean known =
        switch (tensor.type()) {
          case Q4_0, Q4_1, Q8_0 -> true;
          default -> false;
        };
    boolean fits =
        tensor.shape().size() == 2
            && tensor.elements() <= Integer.MAX_VALUE
            && tensor.rowOrder() != TensorInfo.RowOrder.TRANSPOSED;
    return known && fits
        ? Optional.of(new BlockMatrix(tensor, headSize).unpacked())
        : Optional.empty();
  }

  private QuantizedMatrix unpacked() {
    // Rows change places within their head only, so whole heads are mapped.
    boolean interleaved = tensor.rowOrder() == TensorInfo.RowOrder.INTERLEAVED;
    int step = interleaved ? (STRIPE_ROWS + headSize - 1) / headSize * headSize : STRIPE_ROWS;
    IntStream.range(0, (rows + step - 1) / step)
        .parallel()
        .forEach(stripe -> unpack(stripe * step, Math.min(rows, (stripe + 1) * step), interleaved));
    return new QuantizedMatrix(
        QuantizedMatrix.Kind.AFFINE,
        tensor.type() == TensorType.Q8_0 ? 8 : 4,
        rows,
        columns,
        BLOCK,
        codes,
        scales,
        zeros,
        Optional.empty());
  }

  private void unpack(int first, int end, boolean interleaved) {
    int rowBytes = Math.toIntExact(tensor.bytes() / rows);
    long offset = tensor.offset() + (long) first * rowBytes;
    try (MappedWindow window =
        new MappedWindow(tensor.file(), offset, (long) (end - first) * rowBytes)) {
      ByteBuffer bytes = window.bytes();
      byte[] packed = new byte[rowBytes];
      byte[] row = new byte[columns];
      for (int i = first; i < end; i++) {
        int stored = interleaved ? (int) TensorReader.interleaved(i, headSize) : i;
        bytes.get((stored - first) * rowBytes, packed);
        unpackRow(packed, row, i * (columns / BLOCK));
        codes.put(i * columns, row);
      }
    } catch (InternalError e) {
      // The virtual machine's answer to reading a mapped page that is no longer in the file.
      throw CheckpointErrors.unreadable(tensor.file(), e);
    }
  }

  private void unpackRow(byte[] packed, byte[] row, int group) {
    int bytes = tensor.type().blockBytes();
    for (int block = 0; block < columns / BLOCK; block++) {
      int from = block * bytes;
      int to = block * BLOCK;
      float scale = Float16.value(packed[from] & 0xff | packed[from + 1] << 8);
      scales[group + block] = scale;
      switch (tensor.type()) {
        case Q4_0 -> {
          nibbles(packed, from + 2, row, to);
          zeros[group + block] = 8;
        }
        case Q4_1 -> {
          nibbles(packed, from + 4, row, to);
          float minimum = Float16.value(packed[from + 2] & 0xff | packed[from + 3] << 8);
          if (scale == 0) {
            // All numbers are the minimum, which no zero can say: 0 less -1, times the minimum.
            Arrays.fill(row, to, to + BLOCK, (byte) 0);
            scales[group + block] = minimum;
            zeros[group + block] = -1;
          } else {
            zeros[group + block] = -minimum / scale;
          }
        }
        default -> {
          for (int i = 0; i < BLOCK; i++) {
            row[to + i] = (byte) (packed[from + 2 + i] ^ 0x80);
          }
          zeros[group + block] = 128;
        }
      }
    }
  }

  /** Low nibbles are the first half of a block, high nibbles the second. */
  private static void nibbles(byte[] packed, int from, byte[] row, int to) {
    for (int i = 0; i < BLOCK / 2; i++) {
      row[to + i] = (byte) (packed[from + i] & 15);
      row[to + BLOCK / 2 + i] = (byte) (packed[from + i] >> 4 & 15);
    }
  }
}
