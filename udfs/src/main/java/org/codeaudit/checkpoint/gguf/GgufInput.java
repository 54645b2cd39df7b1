package org.codeaudit.checkpoint.gguf;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.codeaudit.checkpoint.file.CheckpointErrors;

/**
 * The header of a GGUF file as little-endian values, read in order. Counts and lengths are compared
 * with what is left of the file before anything is allocated for them.
 */
final class GgufInput implements Closeable {
  /** Far above the vocabulary of any model. */
  private static final long LONGEST_HEADER = 128L << 20;

  private static final int LONGEST_STRING = 16 << 20;

  /** Far above tokens, merges and tensors of any model: a byte in a file takes twenty in memory. */
  private static final long MOST_COUNTED = 1 << 23;

  private final Path file;
  private final FileChannel channel;
  private final long fileSize;
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
  private long bufferEnd;
  private long counted;

  GgufInput(Path file) throws IOException {
    this.file = file;
    this.channel = FileChannel.open(file);
    this.fileSize = channel.size();
    buffer.limit(0);
  }

  Path file() {
    return file;
  }

  long fileSize() {
    return fileSize;
  }

  /** Bytes read so far. */
  long position() {
    return bufferEnd - buffer.remaining();
  }

  int unsignedByte() throws IOException {
    return need(1).get() & 0xff;
  }

  int unsignedShort() throws IOException {
    return need(2).getShort() & 0xffff;
  }

  int int32() throws IOException {
    return need(4).getInt();
  }

  long int64() throws IOException {
    return need(8).getLong();
  }

  /** A number of things that take at least {@code leastBytes} each. */
  long count(String what, int leastBytes) throws IOException {
    long count = int64();
    long most = (Math.min(fileSize, LONGEST_HEADER) - position()) / leastBytes;
    if (count < 0 || count > most) {
      throw CheckpointErrors.headerInvalid(
          file,
          "At byte "
              + (position() - 8)
              + " it says that there are "
              + Long.toUnsignedString(count)
              + " "
              + what
              + ", more than the file can hold");
    }
    counted += count;
    if (counted > MOST_COUNTED) {
      throw CheckpointErrors.headerInvalid(
          file, "Its header lists " + counted + " things, more than " + MOST_COUNTED);
    }
    return count;
  }

  String string() throws IOException {
    long start = position();
    long length = int64();
    if (length < 0 || length > LONGEST_STRING || length > fileSize - position()) {
      throw CheckpointErrors.headerInvalid(
          file,
          "At byte "
              + start
              + " it has a string of "
              + Long.toUnsignedString(length)
              + " bytes, more than the file can hold");
    }
    if (length <= buffer.capacity()) {
      need((int) length);
      String text =
          new String(buffer.array(), buffer.position(), (int) length, StandardCharsets.UTF_8);
      buffer.position(buffer.position() + (int) length);
      return text;
    }
    byte[] bytes = new byte[(int) length];
    for (int done = 0; done < bytes.length; ) {
      int part = Math.min(bytes.length - done, buffer.capacity());
      need(part).get(bytes, done, part);
      done += part;
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  void skip(long bytes) throws IOException {
    for (long left = bytes; left > 0; ) {
      int part = (int) Math.min(left, buffer.capacity());
      need(part);
      buffer.position(buffer.position() + part);
      left -= part;
    }
  }

  private ByteBuffer need(int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      buffer.compact();
      int read = 0;
      while (buffer.position() < bytes && read >= 0) {
        read = channel.read(buffer, bufferEnd);
        bufferEnd += Math.max(0, read);
      }
      buffer.flip();
      if (buffer.remaining() < bytes) {
        throw CheckpointErrors.truncated(
            file, "It ends after " + fileSize + " bytes, in the middle of its header");
      }
    }
    if (position() > LONGEST_HEADER) {
      throw CheckpointErrors.headerInvalid(
          file, "Its header is longer than " + LONGEST_HEADER + " bytes");
    }
    return buffer;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
