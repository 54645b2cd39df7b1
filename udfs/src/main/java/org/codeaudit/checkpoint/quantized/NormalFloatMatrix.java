package org.codeaudit.checkpoint.quantized;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.codeaudit.checkpoint.file.CheckpointErrors;
import org.codeaudit.checkpoint.tensor.MappedWindow;
import org.codeaudit.checkpoint.tensor.TensorInfo;
import org.codeaudit.checkpoint.tensor.TensorReader;

/**
 * A matrix [N, K] as bitsandbytes stores it in NF4: {@code weight} holds two numbers a byte, rows
 * one after the other, the first in the high bits. The value is {@link NormalFloat4} of the number
 * times the scale of its block ({@code absmax}); blocks run on over the ends of rows. With double
 * quantisation the scale of block i is {@code nested_quant_map[absmax[i]] · nested_absmax[i /
 * nested_blocksize] + nested_offset}.
 */
final class NormalFloatMatrix implements ComposedMatrix {
  /** Numbers a thread unpacks at once; even, so that it begins with a whole byte. */
  private static final int PIECE = 1 << 16;

  /** The most numbers a matrix may have: all of them are counted with 32 bits. */
  static final int LARGEST = Integer.MAX_VALUE - PIECE;

  /** The stored tensors that make up the matrix; the last two with double quantisation only. */
  record Parts(
      TensorInfo weight,
      TensorInfo scales,
      TensorInfo table,
      TensorInfo state,
      Optional<TensorInfo> nestedScales,
      Optional<TensorInfo> nestedTable) {}

  private final TensorInfo tensor;
  private final Parts parts;
  private final int blockSize;
  private final int elements;

  /**
   * @param blockSize numbers that share a scale, an even number
   */
  NormalFloatMatrix(TensorInfo tensor, Parts parts, int blockSize) {
    this.tensor = tensor;
    this.parts = parts;
    this.blockSize = blockSize;
    this.elements = Math.toIntExact(tensor.elements());
  }

  @Override
  public TensorInfo tensor() {
    return tensor;
  }

  @Override
  public void read(long firstRow, long rows, FloatBuffer destination) {
    int columns = Math.toIntExact(tensor.shape().get(1));
    int first = Math.toIntExact(firstRow * columns);
    int end = Math.toIntExact((firstRow + rows) * columns);
    int start = destination.position();
    float[] scales = scales();
    float[] table = NormalFloat4.values();
    try (MappedWindow window = MappedWindow.of(parts.weight())) {
      pieces(first / PIECE, (end + PIECE - 1) / PIECE)
          .forEach(
              piece -> {
                int from = Math.max(first, piece * PIECE);
                int count = Math.min(end, (piece + 1) * PIECE) - from;
                byte[] codes = codes(window, piece);
                float[] values = new float[count];
                for (int i = 0; i < count; i++) {
                  int code = codes[from - piece * PIECE + i];
                  values[i] = table[code] * scales[(from + i) / blockSize];
                }
                destination.put(start + from - first, values, 0, count);
              });
    }
    destination.position(start + end - first);
  }

  @Override
  public QuantizedMatrix quantized() {
    ByteBuffer all = ByteBuffer.allocateDirect(elements);
    try (MappedWindow window = MappedWindow.of(parts.weight())) {
      pieces(0, (elements + PIECE - 1) / PIECE)
          .forEach(
              piece -> {
                int from = piece * PIECE;
                all.put(from, codes(window, piece), 0, Math.min(PIECE, elements - from));
              });
    }
    return new QuantizedMatrix(
        QuantizedMatrix.Kind.NF4,
        4,
        tensor.shape().get(0).intValue(),
        tensor.shape().get(1).intValue(),
        blockSize,
        all,
        scales(),
        new float[0],
        Optional.empty());
  }

  private static IntStream pieces(int first, int end) {
    return IntStream.range(first, end).parallel();
  }

  /** The numbers of a piece, a byte each; what follows the last number of the matrix is padding. */
  private byte[] codes(MappedWindow window, int piece) {
    byte[] packed = new byte[PIECE / 2];
    int from = piece * (PIECE / 2);
    ByteBuffer bytes = window.bytes();
    try {
      bytes.get(from, packed, 0, Math.min(packed.length, bytes.capacity() - from));
    } catch (InternalError e) {
      // The virtual machine's answer to reading a mapped page that is no longer in the file.
      throw CheckpointErrors.unreadable(tensor.file(), e);
    }
    byte[] codes = new byte[PIECE];
    ByteBuffer words = ByteBuffer.wrap(packed).order(bytes.order());
    for (int i = 0; i < packed.length; i += 4) {
      Nibbles.spread(Nibbles.swapped(words.getInt(i)), codes, 2 * i);
    }
    return codes;
  }

  /** The scale of every block. */
  private float[] scales() {
    if (!Arrays.equals(floats(parts.table()), NormalFloat4.values())) {
      throw wrong(parts.table(), "does not hold the values of NF4");
    }
    float[] scales = parts.nestedScales().isPresent() ? nestedScales() : floats(parts.scales());
    for (int block = 0; block < scales.length; block++) {
      if (!Float.isFinite(scales[block])) {
        throw wrong(parts.scales(), "gives block " + block + " the scale " + scales[block]);
      }
    }
    return scales;
  }

  private float[] nestedScales() {
    NormalFloatState state =
        NormalFloatState.read(parts.state())
            .orElseThrow(() -> wrong(parts.state(), "ends in a zero, which is no JSON"));
    float[] outer = floats(parts.nestedScales().orElseThrow());
    float[] table = floats(parts.nestedTable().orElseThrow());
    byte[] codes = new byte[Math.toIntExact(parts.scales().bytes())];
    try (MappedWindow window = MappedWindow.of(parts.scales())) {
      window.bytes().get(codes);
    }
    float[] scales = new float[codes.length];
    for (int i = 0; i < codes.length; i++) {
      scales[i] = table[codes[i] & 0xff] * outer[i / state.nestedBlockSize()] + state.offset();
    }
    return scales;
  }

  private static float[] floats(TensorInfo part) {
    float[] values = new float[Math.toIntExact(part.elements())];
    new TensorReader(part, 1).read(0, values.length, FloatBuffer.wrap(values));
    return values;
  }

  private static RuntimeException wrong(TensorInfo part, String why) {
    return CheckpointErrors.quantizationMismatch(part.file(), part.name() + " " + why);
  }
}
