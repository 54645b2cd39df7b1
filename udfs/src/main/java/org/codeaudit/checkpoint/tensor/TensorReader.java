package org.codeaudit.checkpoint.tensor;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.stream.IntStream;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.file.CheckpointErrors;

/**
 * Decodes rows of a stored tensor to 32-bit floats in Hugging Face row order. Large reads are cut
 * into pieces of some megabytes that several threads map and decode.
 */
public final class TensorReader {
  /** Numbers a thread decodes from one window: 16 MiB of floats. */
  private static final int PIECE = 1 << 22;

  /** Numbers decoded at once into a buffer that stays in the cache of a core. */
  private static final int CHUNK = 1 << 14;

  /** Columns of a transposed tensor that are turned into rows at once. */
  private static final int TILE = 64;

  /** Bytes of a transposed tensor that are mapped at once, if a column is not longer. */
  private static final long TRANSPOSED_WINDOW = 1L << 28;

  private final TensorInfo tensor;
  private final int headSize;
  private final long width;
  private final long rowBytes;

  /**
   * @param headSize rows of one attention head, for tensors whose rows are interleaved
   */
  public TensorReader(TensorInfo tensor, int headSize) {
    this.tensor = tensor;
    this.headSize = headSize;
    long rows = tensor.shape().isEmpty() ? 1 : tensor.shape().get(0);
    this.width = rows == 0 ? 0 : tensor.elements() / rows;
    this.rowBytes = rows == 0 ? 0 : tensor.bytes() / rows;
  }

  /** As {@link Checkpoint#read}. */
  public void read(long firstRow, long rows, FloatBuffer destination) {
    check(tensor, firstRow, rows, destination);
    if (rows * width > 0) {
      int start = destination.position();
      long pieceRows = Math.max(1, PIECE / width);
      int pieces = Math.toIntExact((rows + pieceRows - 1) / pieceRows);
      IntStream range = IntStream.range(0, pieces);
      (pieces > 1 ? range.parallel() : range)
          .forEach(
              piece -> {
                long done = piece * pieceRows;
                long count = Math.min(pieceRows, rows - done);
                int target = (int) (start + done * width);
                readPiece(firstRow + done, count, destination, target);
              });
      destination.position((int) (start + rows * width));
    }
  }

  /** Whether rows exist and fit. */
  public static void check(TensorInfo tensor, long firstRow, long rows, FloatBuffer destination) {
    long all = tensor.shape().isEmpty() ? 1 : tensor.shape().get(0);
    if (firstRow < 0 || rows < 0 || rows > all - firstRow) {
      throw new IndexOutOfBoundsException(
          "rows " + firstRow + " + " + rows + " of " + tensor.name() + " " + tensor.shape());
    }
    long numbers = all == 0 ? 0 : rows * (tensor.elements() / all);
    if (numbers > destination.remaining()) {
      throw new IllegalArgumentException(
          numbers + " numbers do not fit the " + destination.remaining() + " left");
    }
  }

  private void readPiece(long firstRow, long rows, FloatBuffer destination, int target) {
    if (tensor.rowOrder() == TensorInfo.RowOrder.HALVES) {
      try (MappedWindow window = window(firstRow, rows)) {
        decode(window.bytes(), 0, Math.toIntExact(rows * width), destination, target);
      }
      return;
    }
    if (tensor.rowOrder() == TensorInfo.RowOrder.TRANSPOSED) {
      readTransposed(firstRow, (int) rows, destination, target);
      return;
    }
    // Rows change places within their head only, so whole heads are mapped.
    long firstMapped = firstRow / headSize * headSize;
    long lastMapped = (firstRow + rows + headSize - 1) / headSize * headSize;
    try (MappedWindow window = window(firstMapped, lastMapped - firstMapped)) {
      for (int row = 0; row < rows; row++) {
        long stored = interleaved(firstRow + row, headSize) - firstMapped;
        int from = Math.toIntExact(stored * rowBytes);
        int to = target + row * (int) width;
        decode(window.bytes(), from, (int) width, destination, to);
      }
    }
  }

  private void readTransposed(long firstRow, int rows, FloatBuffer destination, int target) {
    long columnBytes = tensor.columnStride() * tensor.type().blockBytes();
    long atOnce = Math.max(1, TRANSPOSED_WINDOW / columnBytes);
    for (long first = 0; first < width; first += atOnce) {
      int columns = (int) Math.min(atOnce, width - first);
      long begin = first * columnBytes + firstRow * tensor.type().blockBytes();
      long length = (columns - 1) * columnBytes + (long) rows * tensor.type().blockBytes();
      try (MappedWindow window = new MappedWindow(tensor.file(), tensor.offset() + begin, length)) {
        for (int tile = 0; tile < columns; tile += TILE) {
          ByteBuffer bytes = window.bytes();
          bytes.position(Math.toIntExact(tile * columnBytes));
          int count = Math.min(TILE, columns - tile);
          turn(bytes, count, rows, destination, target + (int) first + tile);
        }
      }
    }
  }

  /** Decodes some columns, each of so many numbers, and puts them side by side. */
  private void turn(ByteBuffer stored, int columns, int rows, FloatBuffer destination, int target) {
    int begin = stored.position();
    long columnBytes = tensor.columnStride() * tensor.type().blockBytes();
    FloatBuffer column = FloatBuffer.allocate(rows);
    float[] tile = new float[rows * columns];
    for (int i = 0; i < columns; i++) {
      decode(stored, Math.toIntExact(begin + i * columnBytes), rows, column, 0);
      for (int row = 0; row < rows; row++) {
        tile[row * columns + i] = column.get(row);
      }
    }
    for (int row = 0; row < rows; row++) {
      destination.put(target + row * (int) width, tile, row * columns, columns);
    }
  }

  /** Where the row of a half-split head is stored when its pairs are adjacent. */
  public static long interleaved(long row, int headSize) {
    long head = row / headSize;
    int inHead = (int) (row % headSize);
    int half = headSize / 2;
    return head * headSize + 2L * (inHead % half) + inHead / half;
  }

  private MappedWindow window(long firstRow, long rows) {
    return new MappedWindow(tensor.file(), tensor.offset() + firstRow * rowBytes, rows * rowBytes);
  }

  private void decode(ByteBuffer bytes, int from, int count, FloatBuffer destination, int target) {
    try {
      TensorType type = tensor.type();
      if (type == TensorType.F32) {
        FloatBuffer floats = bytes.position(from).slice().order(bytes.order()).asFloatBuffer();
        destination.put(target, floats, 0, count);
      } else if (type.plain()) {
        decodeHalves(bytes.position(from).slice().order(bytes.order()), count, destination, target);
      } else {
        decodeBlocks(bytes, from, count, destination, target);
      }
    } catch (InternalError e) {
      // The virtual machine's answer to reading a mapped page that is no longer in the file.
      throw CheckpointErrors.unreadable(tensor.file(), e);
    }
  }

  private void decodeHalves(ByteBuffer bytes, int count, FloatBuffer destination, int target) {
    var halves = bytes.asShortBuffer();
    short[] in = new short[Math.min(CHUNK, count)];
    float[] out = new float[in.length];
    for (int done = 0; done < count; done += in.length) {
      int size = Math.min(in.length, count - done);
      halves.get(done, in, 0, size);
      if (tensor.type() == TensorType.F16) {
        Float16.decode(in, out, size);
      } else {
        decodeBrainFloats(in, out, size);
      }
      destination.put(target + done, out, 0, size);
    }
  }

  private static void decodeBrainFloats(short[] halves, float[] values, int count) {
    for (int i = 0; i < count; i++) {
      values[i] = Float.intBitsToFloat(halves[i] << 16);
    }
  }

  private void decodeBlocks(
      ByteBuffer bytes, int from, int count, FloatBuffer destination, int target) {
    TensorType type = tensor.type();
    int blocks = count / type.blockSize();
    int chunkBlocks = Math.min(CHUNK / type.blockSize(), blocks);
    byte[] in = new byte[chunkBlocks * type.blockBytes()];
    float[] out = new float[chunkBlocks * type.blockSize()];
    for (int done = 0; done < blocks; done += chunkBlocks) {
      int size = Math.min(chunkBlocks, blocks - done);
      bytes.get(from + done * type.blockBytes(), in, 0, size * type.blockBytes());
      BlockDecoder.decode(type, in, out, size);
      destination.put(target + done * type.blockSize(), out, 0, size * type.blockSize());
    }
  }
}
