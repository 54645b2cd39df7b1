package org.codeaudit.model.torch.program;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.tensor.FileSizes;
import org.codeaudit.checkpoint.tensor.TensorInfo;
import org.codeaudit.checkpoint.tensor.TensorType;
import org.codeaudit.placement.weight.WeightForm;

/**
 * Puts single tensors into the decoder, as parts of a matrix or norm. A tensor whose file has it in
 * libtorch's layout is mapped, and copied from there if its layer is on a GPU. All others are
 * decoded to 32-bit floats, piece by piece, and converted.
 */
public final class TensorParts {
  /** Bytes of decoded floats handed over at once. */
  private static final int PIECE_BYTES = 1 << 24;

  /** A file mapped as numbers of one type. */
  private record Mapping(Path file, TensorType type) {}

  /**
   * The place of a mapped tensor.
   *
   * @param file the decoder's number of its file
   * @param offset the index of its first number there
   */
  public record Place(long file, long offset) {}

  private final Checkpoint checkpoint;
  private final DecoderProgram program;
  private final Map<Mapping, Long> mapped = new HashMap<>();
  private ByteBuffer piece = ByteBuffer.allocateDirect(0);
  private long parameters;

  public TensorParts(Checkpoint checkpoint, DecoderProgram program) {
    this.checkpoint = checkpoint;
    this.program = program;
  }

  /** Elements of all tensors that were put or counted. */
  public long parameters() {
    return parameters;
  }

  /** Puts a tensor among the parts: mapped, or decoded to a type. */
  public void part(String name, int decodedType) {
    TensorInfo tensor = tensor(name);
    if (mappable(tensor)) {
      Place place = place(tensor);
      program.partMapped(place.file(), place.offset(), shape(tensor));
    } else {
      parameters += tensor.elements();
      partDecoded(tensor, decodedType);
    }
  }

  /** Counts the elements of a tensor that gets into the decoder in another way. */
  public void count(String name) {
    parameters += tensor(name).elements();
  }

  /** Maps the file of a tensor, if it is not mapped yet, and counts the tensor. */
  public Place place(TensorInfo tensor) {
    parameters += tensor.elements();
    int width = tensor.type().blockBytes();
    long size = FileSizes.containing(tensor);
    long file =
        mapped.computeIfAbsent(
            new Mapping(tensor.file(), tensor.type()),
            key ->
                program.mapFile(
                    key.file().toAbsolutePath().toString(), size / width, dtype(tensor)));
    return new Place(file, tensor.offset() / width);
  }

  private void partDecoded(TensorInfo tensor, int dtype) {
    long rows = tensor.shape().get(0);
    long width = tensor.elements() / rows;
    long pieceRows = Math.max(1, PIECE_BYTES / (4 * width));
    makeRoom(Math.toIntExact(4 * width * Math.min(rows, pieceRows)));
    program.partStaged(shape(tensor), dtype);
    for (long first = 0; first < rows; first += pieceRows) {
      long count = Math.min(pieceRows, rows - first);
      FloatBuffer floats = piece.asFloatBuffer();
      checkpoint.read(tensor, first, count, floats);
      ByteBuffer filled = piece.slice(0, Math.toIntExact(4 * count * width));
      long[] shape = shape(tensor);
      shape[0] = count;
      program.fill(first, new TorchProgram.Floats(filled, shape));
    }
  }

  /** One buffer serves all pieces: direct memory comes back only with a garbage collection. */
  private void makeRoom(int pieceBytes) {
    if (piece.capacity() < pieceBytes) {
      piece =
          ByteBuffer.allocateDirect(Math.max(pieceBytes, PIECE_BYTES))
              .order(ByteOrder.nativeOrder());
    }
  }

  /** Thrown to end a load that nobody waits for any more. */
  public static CancellationException givenUp(Checkpoint checkpoint) {
    return new CancellationException("Loading " + checkpoint.path() + " has been given up");
  }

  /**
   * A tensor of the checkpoint, which must be there.
   *
   * @throws CancellationException if this thread has been interrupted
   */
  public TensorInfo tensor(String name) {
    if (Thread.currentThread().isInterrupted()) {
      throw givenUp(checkpoint);
    }
    TensorInfo tensor = checkpoint.tensors().get(name);
    if (tensor == null) {
      throw new AuditException(
          ErrorClass.CHECKPOINT_TENSOR_MISSING,
          "The model in " + checkpoint.path() + " cannot be loaded",
          "Its tensor " + name + " is missing",
          "Get the checkpoint again, all of its files");
    }
    return tensor;
  }

  /** Whether a tensor can be used in its mapped file. */
  public static boolean mappable(TensorInfo tensor) {
    return tensor.type().plain()
        && tensor.rowOrder() == TensorInfo.RowOrder.HALVES
        && tensor.offset() % tensor.type().blockBytes() == 0;
  }

  /** libtorch's number of a plain type. */
  public static int dtype(TensorInfo tensor) {
    return switch (tensor.type()) {
      case F32 -> WeightForm.F32.dtype();
      case F16 -> WeightForm.PACKED_F16.dtype();
      case BF16 -> WeightForm.BF16.dtype();
      default -> throw new IllegalArgumentException(tensor.type() + " is no plain type");
    };
  }

  private static long[] shape(TensorInfo tensor) {
    return tensor.shape().stream().mapToLong(Long::longValue).toArray();
  }
}
