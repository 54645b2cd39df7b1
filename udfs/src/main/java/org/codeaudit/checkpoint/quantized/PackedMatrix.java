package org.codeaudit.checkpoint.quantized;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.codeaudit.checkpoint.file.CheckpointErrors;
import org.codeaudit.checkpoint.tensor.Float16;
import org.codeaudit.checkpoint.tensor.MappedWindow;
import org.codeaudit.checkpoint.tensor.TensorInfo;

/**
 * A matrix [N, K] as GPTQ and AutoRound pack it, with b bits a number and groups of g columns:
 *
 * <ul>
 *   <li>{@code qweight} int32 [K·b/32, N]: word r of column n holds the numbers of row n and
 *       columns 32/b·r and following, the first in the lowest bits
 *   <li>{@code qzeros} int32 [⌈K/g⌉, N·b/32]: packed along N; version 1 stores a zero less one
 *   <li>{@code scales} [⌈K/g⌉, N]
 *   <li>{@code g_idx} int32 [K]: the group of every column; absent for groups of neighbours
 * </ul>
 *
 * The weight is (number − zero) · scale. A version 1 zero of all ones is refused: it stands for a
 * zero of 0 or of 2^b, and the programs that read it do not agree which.
 */
public final class PackedMatrix implements ComposedMatrix {
  /** Words of one cache line. */
  private static final int TILE_ROWS = 16;

  /** Rows one thread unpacks with the same buffers. */
  private static final int STRIPE_ROWS = 128;

  /** The stored tensors that make up the matrix. */
  public record Parts(
      TensorInfo weights, TensorInfo zeros, TensorInfo scales, Optional<TensorInfo> groups) {}

  /** Takes a row: its numbers, a byte each, and its scales and zeros. */
  private interface RowTaker {
    void take(int row, byte[] codes, int from, float[] scales, float[] zeros);
  }

  private final TensorInfo tensor;
  private final Parts parts;
  private final int bits;
  private final int groupSize;
  private final int addedToZero;
  private final int rows;
  private final int columns;
  private final int groupCount;

  /**
   * @param addedToZero 1 for zeros of version 1, else 0
   */
  public PackedMatrix(TensorInfo tensor, Parts parts, int bits, int groupSize, int addedToZero) {
    this.tensor = tensor;
    this.parts = parts;
    this.bits = bits;
    this.groupSize = groupSize;
    this.addedToZero = addedToZero;
    this.rows = Math.toIntExact(tensor.shape().get(0));
    this.columns = Math.toIntExact(tensor.shape().get(1));
    this.groupCount = (columns + groupSize - 1) / groupSize;
  }

  @Override
  public TensorInfo tensor() {
    return tensor;
  }

  @Override
  public void read(long firstRow, long rowCount, FloatBuffer destination) {
    int first = (int) firstRow;
    int start = destination.position();
    ColumnGroups groups = groups();
    unpack(
        first,
        (int) rowCount,
        () -> {
          float[] values = new float[columns];
          return (row, codes, from, scales, zeros) -> {
            for (int column = 0; column < columns; column++) {
              int group = groups.group(column);
              values[column] = ((codes[from + column] & 0xff) - zeros[group]) * scales[group];
            }
            destination.put(start + (row - first) * columns, values, 0, columns);
          };
        });
    destination.position(start + (int) rowCount * columns);
  }

  @Override
  public QuantizedMatrix quantized() {
    Optional<int[]> order = groups().order();
    ByteBuffer numbers = ByteBuffer.allocateDirect(rows * columns);
    float[] allScales = new float[rows * groupCount];
    float[] allZeros = new float[rows * groupCount];
    unpack(
        0,
        rows,
        () -> {
          byte[] ordered = new byte[order.isPresent() ? columns : 0];
          return (row, codes, from, scales, zeros) -> {
            if (order.isPresent()) {
              pick(codes, from, order.get(), ordered);
              numbers.put(row * columns, ordered, 0, columns);
            } else {
              numbers.put(row * columns, codes, from, columns);
            }
            System.arraycopy(scales, 0, allScales, row * groupCount, groupCount);
            System.arraycopy(zeros, 0, allZeros, row * groupCount, groupCount);
          };
        });
    return new QuantizedMatrix(
        QuantizedMatrix.Kind.AFFINE,
        bits,
        rows,
        columns,
        groupSize,
        numbers,
        allScales,
        allZeros,
        order);
  }

  private static void pick(byte[] codes, int from, int[] order, byte[] ordered) {
    for (int column = 0; column < ordered.length; column++) {
      ordered[column] = codes[from + order[column]];
    }
  }

  private ColumnGroups groups() {
    if (parts.groups().isEmpty()) {
      return ColumnGroups.neighbours(columns, groupSize);
    }
    TensorInfo stored = parts.groups().get();
    int[] groups = new int[columns];
    try (MappedWindow window = MappedWindow.of(stored)) {
      window.bytes().asIntBuffer().get(groups);
    }
    return ColumnGroups.stored(stored, groups, groupSize);
  }

  /** Gives rows to takers, one for each stretch of rows that a thread works at. */
  private void unpack(int firstRow, int rowCount, Supplier<RowTaker> takers) {
    try (MappedWindow weights = MappedWindow.of(parts.weights());
        MappedWindow zeros = MappedWindow.of(parts.zeros());
        MappedWindow scales = MappedWindow.of(parts.scales())) {
      int stripes = (rowCount + STRIPE_ROWS - 1) / STRIPE_ROWS;
      IntStream.range(0, stripes)
          .parallel()
          .forEach(
              stripe -> {
                int first = firstRow + stripe * STRIPE_ROWS;
                int end = Math.min(first + STRIPE_ROWS, firstRow + rowCount);
                try {
                  new Stripe(weights.bytes(), zeros.bytes(), scales.bytes())
                      .unpack(first, end, takers.get());
                } catch (InternalError e) {
                  // The virtual machine's answer to a mapped page that is no longer in the file.
                  throw CheckpointErrors.unreadable(tensor.file(), e);
                }
              });
    }
  }

  /** What one thread needs to unpack neighbouring rows. */
  private final class Stripe {
    private final IntBuffer weightWords;
    private final IntBuffer zeroWords;
    private final ByteBuffer storedScales;
    private final int[] line = new int[TILE_ROWS];
    private final byte[] codes = new byte[TILE_ROWS * columns];
    private final float[] scales = new float[groupCount];
    private final float[] zeros = new float[groupCount];

    Stripe(ByteBuffer weights, ByteBuffer zeros, ByteBuffer scales) {
      this.weightWords = weights.asIntBuffer();
      this.zeroWords = zeros.asIntBuffer();
      this.storedScales = scales;
    }

    void unpack(int first, int end, RowTaker taker) {
      for (int tile = first; tile < end; tile += TILE_ROWS) {
        int count = Math.min(TILE_ROWS, end - tile);
        unpackTile(tile, count);
        for (int i = 0; i < count; i++) {
          readGroups(tile + i);
          taker.take(tile + i, codes, i * columns, scales, zeros);
        }
      }
    }

    /** A line of the file has words of neighbouring rows; each goes to its row. */
    private void unpackTile(int firstRow, int count) {
      int numbersPerWord = 32 / bits;
      for (int column = 0; column < columns; column += numbersPerWord) {
        weightWords.get(column / numbersPerWord * rows + firstRow, line, 0, count);
        for (int i = 0; i < count; i++) {
          if (bits == 4) {
            Nibbles.spread(line[i], codes, i * columns + column);
          } else {
            Nibbles.bytes(line[i], codes, i * columns + column);
          }
        }
      }
    }

    private void readGroups(int row) {
      int numbersPerWord = 32 / bits;
      int largest = (1 << bits) - 1;
      for (int group = 0; group < groupCount; group++) {
        int word = zeroWords.get(group * (rows / numbersPerWord) + row / numbersPerWord);
        int stored = word >>> row % numbersPerWord * bits & largest;
        if (stored == largest && addedToZero > 0) {
          throw invalid(parts.zeros(), row, group, "the zero " + stored + " of version 1");
        }
        zeros[group] = stored + addedToZero;
        scales[group] = scale(group * rows + row);
        if (!Float.isFinite(scales[group])) {
          throw invalid(parts.scales(), row, group, "the scale " + scales[group]);
        }
      }
    }

    private float scale(int index) {
      return switch (parts.scales().type()) {
        case F16 -> Float16.value(storedScales.getShort(2 * index));
        case BF16 -> Float.intBitsToFloat(storedScales.getShort(2 * index) << 16);
        default -> storedScales.getFloat(4 * index);
      };
    }

    private RuntimeException invalid(TensorInfo part, int row, int group, String what) {
      return CheckpointErrors.quantizationMismatch(
          part.file(),
          part.name()
              + " gives group "
              + group
              + " of output "
              + row
              + " "
              + what
              + ", which has no meaning that all programs agree on");
    }
  }
}
