package org.codeaudit.checkpoint.safetensors;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.codeaudit.checkpoint.file.JsonDocument;
import org.codeaudit.checkpoint.tensor.TensorType;

/**
 * Writes bfloat16 safetensors files whose numbers are made up, as fast as the disk takes them.
 * Tensors of zeros are holes in the file: they have their place and size and take no disk where the
 * file system knows holes.
 */
public final class SafetensorsWriter {
  /** Numbers written at once. */
  private static final int PIECE = 1 << 20;

  private static final int WIDTH = TensorType.BF16.blockBytes();
  private static final String INDEX = "model.safetensors.index.json";

  /**
   * A tensor to write.
   *
   * @param numbers what its first rows hold
   * @param rows how many rows hold them; the others are holes
   */
  public record Tensor(String name, List<Long> shape, SeededNumbers numbers, long rows) {
    public Tensor {
      shape = List.copyOf(shape);
    }

    /** A tensor whose rows all hold such numbers. */
    public Tensor(String name, List<Long> shape, SeededNumbers numbers) {
      this(name, shape, numbers, shape.get(0));
    }

    long elements() {
      return shape.stream().reduce(1L, Math::multiplyExact);
    }

    private long written() {
      return numbers.equals(SeededNumbers.ZERO) ? 0 : elements() / shape.get(0) * rows;
    }
  }

  private final Path folder;
  private final long seed;

  /**
   * @param folder exists already
   * @param seed two files with the same seed and tensors are equal
   */
  public SafetensorsWriter(Path folder, long seed) {
    this.folder = folder;
    this.seed = seed;
  }

  /** Writes one file, or several of about equal size with their index. */
  public void write(List<Tensor> tensors, int shards) throws IOException {
    if (shards == 1) {
      writeFile(folder.resolve("model.safetensors"), tensors);
      return;
    }
    long total = tensors.stream().mapToLong(Tensor::elements).sum();
    List<List<Tensor>> files = new ArrayList<>();
    for (int i = 0; i < shards; i++) {
      files.add(new ArrayList<>());
    }
    long before = 0;
    for (Tensor tensor : tensors) {
      files.get((int) (before * shards / total)).add(tensor);
      before += tensor.elements();
    }
    ObjectNode index = JsonDocument.JSON.createObjectNode();
    index.putObject("metadata").put("total_size", total * WIDTH);
    ObjectNode shardOf = index.putObject("weight_map");
    for (int i = 0; i < shards; i++) {
      String name = String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, shards);
      files.get(i).forEach(tensor -> shardOf.put(tensor.name(), name));
      writeFile(folder.resolve(name), files.get(i));
    }
    Files.write(folder.resolve(INDEX), JsonDocument.JSON.writeValueAsBytes(index));
  }

  private void writeFile(Path file, List<Tensor> tensors) throws IOException {
    byte[] header = header(tensors);
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    length.putLong(header.length).flip();
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      long begin = Long.BYTES + header.length;
      writeFully(channel, length, 0);
      writeFully(channel, ByteBuffer.wrap(header), Long.BYTES);
      long end = begin;
      for (Tensor tensor : tensors) {
        writeNumbers(channel, tensor, end);
        end += tensor.elements() * WIDTH;
      }
      extend(channel, end);
      // what is still to be written could not be dropped from the page cache
      channel.force(true);
    }
  }

  private static byte[] header(List<Tensor> tensors) throws IOException {
    ObjectNode header = JsonDocument.JSON.createObjectNode();
    header.putObject("__metadata__").put("format", "pt");
    long begin = 0;
    for (Tensor tensor : tensors) {
      long end = begin + tensor.elements() * WIDTH;
      ObjectNode description = header.putObject(tensor.name()).put("dtype", "BF16");
      tensor.shape().forEach(description.withArray("shape")::add);
      description.putArray("data_offsets").add(begin).add(end);
      begin = end;
    }
    String text = JsonDocument.JSON.writeValueAsString(header);
    // The format's own writers pad with spaces so that numbers are aligned.
    int padding = (Long.BYTES - text.length() % Long.BYTES) % Long.BYTES;
    return (text + " ".repeat(padding)).getBytes(StandardCharsets.US_ASCII);
  }

  private void writeNumbers(FileChannel channel, Tensor tensor, long position) {
    long count = tensor.written();
    long tensorSeed = SeededNumbers.seed(seed, tensor.name());
    IntStream.range(0, Math.toIntExact((count + PIECE - 1) / PIECE))
        .parallel()
        .forEach(
            piece -> {
              long first = (long) piece * PIECE;
              int size = (int) Math.min(PIECE, count - first);
              ByteBuffer bytes = ByteBuffer.allocate(size * WIDTH).order(ByteOrder.LITTLE_ENDIAN);
              tensor.numbers().fill(tensorSeed, first, bytes.asShortBuffer());
              try {
                writeFully(channel, bytes, position + first * WIDTH);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes, long position)
      throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  /** Gives a file its size; what was not written is a hole. */
  private static void extend(FileChannel channel, long size) throws IOException {
    if (channel.size() < size) {
      writeFully(channel, ByteBuffer.allocate(1), size - 1);
    }
  }
}
