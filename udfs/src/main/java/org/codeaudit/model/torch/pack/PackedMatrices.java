package org.codeaudit.model.torch.pack;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.quantized.NormalFloat4;
import org.codeaudit.checkpoint.tensor.TensorInfo;
import org.codeaudit.model.torch.program.DecoderProgram;
import org.codeaudit.model.torch.program.TensorParts;
import org.codeaudit.model.torch.program.TorchProgram;
import org.codeaudit.placement.weight.ProcessorKernels.Int8;
import org.codeaudit.placement.weight.WeightForm;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts matrices of codes into the decoder, as rows of the matrix that is being loaded. They come
 * from the file of an earlier load; without one they are laid out now, in a file for the next load
 * or in memory.
 */
public final class PackedMatrices {
  private static final Logger LOG = LoggerFactory.getLogger(PackedMatrices.class);
  private static final int BYTES = 0; // libtorch's number of uint8

  private final Checkpoint checkpoint;
  private final TensorParts parts;
  private final DecoderProgram program;
  private final PackedCache.Slot slot;
  private ByteBuffer memory = ByteBuffer.allocateDirect(0);
  private long mappedBytes = -1;
  private long mappedFloats;
  private Int8 int8 = Int8.EXACT;

  public PackedMatrices(
      Checkpoint checkpoint, TensorParts parts, DecoderProgram program, PackedCache.Slot slot) {
    this.checkpoint = checkpoint;
    this.parts = parts;
    this.program = program;
    this.slot = slot;
  }

  /** The most bytes that a checkpoint's matrices take in a file, if they are kept in this form. */
  public static long most(Checkpoint checkpoint, WeightForm form) {
    return checkpoint.tensors().values().stream()
        .filter(t -> t.shape().size() == 2 && kept(form, t))
        .mapToLong(tensor -> most(tensor, form))
        .sum();
  }

  private static long most(TensorInfo tensor, WeightForm form) {
    WeightForm kept =
        switch (tensor.type()) {
          case INT4, Q4_0, Q4_1 -> WeightForm.INT4;
          case INT8, Q8_0 -> WeightForm.GROUPED_INT8;
          case NF4 -> WeightForm.NF4;
          default -> form;
        };
    int group = MatrixPlan.stored(tensor) ? 32 : MatrixPlan.group(form, 1 << 30);
    long rows = tensor.shape().get(0);
    long columns = tensor.shape().get(1);
    long scales = 4 * (rows + CodeShape.STRIPE) * (columns / group + 1);
    return kept.bytes(rows, columns, group) + scales + 4 * columns + 4L * CodeShape.ALIGNMENT;
  }

  /**
   * Whether a tensor is kept as codes: every tensor is if that is the form, and in every form but
   * 32-bit floats those that the checkpoint holds quantised on purpose.
   */
  public static boolean kept(WeightForm form, TensorInfo tensor) {
    boolean onPurpose =
        switch (tensor.type()) {
          case INT4, INT8, NF4 -> true;
          default -> false;
        };
    return form.coded() || form != WeightForm.F32 && onPurpose && MatrixPlan.stored(tensor);
  }

  /** Sets how the matrices that follow are multiplied if they are rotated 8-bit integers. */
  public void multiplied(Int8 how) {
    int8 = how;
  }

  /**
   * Makes tensors the next rows of a matrix.
   *
   * @param plain keeps tensors that are not kept as codes; returns their bytes
   * @return bytes of all, mapped or not
   */
  public long keep(WeightForm form, List<TensorInfo> tensors, ToLongFunction<List<String>> plain) {
    String name = String.join("+", tensors.stream().map(TensorInfo::name).toList());
    Optional<List<PackedPiece>> known = slot.file().flatMap(file -> file.find(name));
    long bytes = 0;
    if (known.isPresent()) {
      for (PackedPiece piece : known.get()) {
        bytes += piece.shape() == null ? plain.applyAsLong(piece.tensors()) : bring(piece);
      }
    } else {
      bytes = pack(name, new MatrixPlan(checkpoint, form).pieces(tensors), plain);
    }
    return bytes;
  }

  private long pack(
      String name, List<MatrixPlan.Piece> pieces, ToLongFunction<List<String>> plain) {
    List<PackedPiece> packed = new ArrayList<>();
    long bytes = 0;
    for (MatrixPlan.Piece piece : pieces) {
      if (piece.shape() == null) {
        bytes += plain.applyAsLong(piece.names());
        packed.add(new PackedPiece(piece.names(), null, 0));
      } else {
        Optional<PackedPiece> written = write(piece);
        bytes += written.isPresent() ? bring(written.get()) : bringFromMemory(piece);
        written.ifPresent(packed::add);
      }
    }
    slot.file()
        .filter(file -> !slot.complete() && packed.size() == pieces.size())
        .ifPresent(file -> file.add(name, packed));
    return bytes;
  }

  /** Lays a piece out in the file; empty if there is no file, or no room in it. */
  private Optional<PackedPiece> write(MatrixPlan.Piece piece) {
    // other processes have mapped a complete file
    if (slot.file().isEmpty() || slot.complete()) {
      return Optional.empty();
    }
    PackedFile file = slot.file().get();
    try (FileChannel channel = file.channel()) {
      long begin = file.allocate(piece.shape().bytes());
      packer(piece, file.writer(channel, begin)).pack();
      return Optional.of(new PackedPiece(piece.names(), piece.shape(), begin));
    } catch (IOException e) {
      LOG.warn("Quantised weights are no longer kept in {}", file.path(), e);
      slot.abandon();
      return Optional.empty();
    }
  }

  private static CodePacker packer(MatrixPlan.Piece piece, CodePacker.Sink sink) {
    return new CodePacker(piece.shape(), piece.sources(), piece.order(), sink);
  }

  private long bring(PackedPiece piece) {
    PackedFile file = slot.file().orElseThrow();
    if (mappedBytes < 0) {
      String path = file.path().toAbsolutePath().toString();
      mappedBytes = program.mapFile(path, file.size(), BYTES);
      mappedFloats = program.mapFile(path, file.size() / 4, WeightForm.F32.dtype());
    }
    CodeShape shape = piece.shape();
    long offset = piece.offset();
    program.partMapped(mappedBytes, offset, shape.codeBytes());
    floats(shape, (at, count) -> partMapped(offset + at, count));
    return finish(piece.tensors(), shape);
  }

  private void partMapped(long offset, long count) {
    program.partMapped(mappedFloats, offset / 4, count);
  }

  private long bringFromMemory(MatrixPlan.Piece piece) {
    CodeShape shape = piece.shape();
    int bytes = Math.toIntExact(shape.bytes());
    if (memory.capacity() < bytes) {
      memory = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
    CodePacker.Sink sink =
        (offset, from) -> memory.put((int) offset, from, from.position(), from.remaining());
    try {
      packer(piece, sink).pack();
    } catch (IOException e) {
      throw new IllegalStateException(e); // memory is no file
    }
    int codes = (int) shape.codeBytes();
    program.partCopied(new TorchProgram.Bytes(memory.slice(0, codes), codes));
    floats(shape, this::partCopied);
    return finish(piece.names(), shape);
  }

  private void partCopied(long offset, long count) {
    ByteBuffer floats = memory.slice((int) offset, (int) (4 * count));
    program.partCopied(new TorchProgram.Floats(floats, count));
  }

  /** Takes a section of 32-bit floats. */
  @FunctionalInterface
  private interface Section {
    void take(long offset, long count);
  }

  private static void floats(CodeShape shape, Section section) {
    section.take(shape.scalesAt(), shape.scales());
    if (shape.offsets()) {
      section.take(shape.offsetsAt(), shape.scales());
    }
    if (shape.ordered()) {
      section.take(shape.orderAt(), shape.columns());
    }
  }

  private long finish(List<String> tensors, CodeShape shape) {
    tensors.forEach(parts::count);
    if (shape.normalFloats()) {
      float[] values = NormalFloat4.values();
      double[] exact = new double[values.length];
      Arrays.setAll(exact, i -> values[i]);
      program.keepFloats(shape.rows(), shape.columns(), shape.group(), exact);
    } else {
      program.keepCodes(
          new DecoderProgram.CodeSizes(
              shape.bits(),
              shape.rows(),
              shape.columns(),
              shape.group(),
              shape.stripes(),
              shape.lines(),
              shape.lineBytes(),
              shape.offsets(),
              shape.ordered(),
              shape.rotated(),
              shape.rotated() && int8 != Int8.EXACT,
              shape.rotated() && int8 == Int8.PACKED));
    }
    return shape.bytes();
  }
}
