package org.codeaudit.model.torch.pack;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * A file of matrices of codes in the layout in which they are multiplied. Its header of 64 bytes
 * has a magic word and the start, length and checksum of the index. The index, at the end of the
 * file, is JSON and lists the pieces of every matrix. While it is written, a file has another name,
 * its header is empty and its index is missing.
 */
final class PackedFile {
  private static final byte[] WORD = "CodeAuditPacked1".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER = CodeShape.ALIGNMENT;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path path;
  private final long size;
  private final Map<String, List<PackedPiece>> matrices;
  private long end = HEADER;

  private PackedFile(Path path, long size, Map<String, List<PackedPiece>> matrices) {
    this.path = path;
    this.size = size;
    this.matrices = matrices;
  }

  /** A complete file; empty if there is none, or it is damaged. */
  static Optional<PackedFile> open(Path path) {
    try (FileChannel channel = FileChannel.open(path)) {
      ByteBuffer header = read(channel, 0, HEADER);
      byte[] word = new byte[WORD.length];
      header.get(word);
      long begin = header.getLong();
      long length = header.getLong();
      long checksum = header.getLong();
      long size = channel.size();
      if (!Arrays.equals(word, WORD)
          || begin < HEADER
          || length < 0
          || length > Integer.MAX_VALUE
          || begin + length != size) {
        return Optional.empty();
      }
      byte[] index = read(channel, begin, (int) length).array();
      if (checksum(index) != checksum) {
        return Optional.empty();
      }
      return Optional.of(
          new PackedFile(path, size, JSON.readValue(index, new TypeReference<>() {})));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Begins a file.
   *
   * @param most bytes that will be written at most; unwritten ones take no disk space
   */
  static PackedFile create(Path path, long most) throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1), HEADER + most);
    }
    return new PackedFile(path, HEADER + most, new HashMap<>());
  }

  Path path() {
    return path;
  }

  /** Bytes that can be mapped. */
  long size() {
    return size;
  }

  Optional<List<PackedPiece>> find(String matrix) {
    return Optional.ofNullable(matrices.get(matrix));
  }

  void add(String matrix, List<PackedPiece> pieces) {
    matrices.put(matrix, pieces);
  }

  /** Reserves room for some bytes; returns where it begins. */
  long allocate(long bytes) throws IOException {
    long begin = end;
    if (begin + bytes > size) {
      throw new IOException(path + " has no room for " + bytes + " more bytes");
    }
    end = CodeShape.aligned(end + bytes);
    return begin;
  }

  /** A {@link CodePacker}'s sink that writes to a file from an offset on. */
  CodePacker.Sink writer(FileChannel channel, long begin) {
    return (offset, bytes) -> {
      long at = begin + offset;
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
    };
  }

  FileChannel channel() throws IOException {
    return FileChannel.open(path, StandardOpenOption.WRITE);
  }

  /** Completes the file and gives it its name once all of it is on the disk. */
  void finish(Path target) throws IOException {
    byte[] index = JSON.writeValueAsBytes(matrices);
    ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
    header.put(WORD).putLong(end).putLong(index.length).putLong(checksum(index)).rewind();
    try (FileChannel channel = channel()) {
      channel.truncate(end);
      writer(channel, end).write(0, ByteBuffer.wrap(index));
      writer(channel, 0).write(0, header);
      channel.force(true);
    }
    Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
  }

  private static ByteBuffer read(FileChannel channel, long begin, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, begin + bytes.position()) < 0) {
        throw new InterruptedIOException("The file ends early");
      }
    }
    return bytes.flip();
  }

  private static long checksum(byte[] bytes) {
    CRC32 checksum = new CRC32();
    checksum.update(bytes);
    return checksum.getValue();
  }
}
