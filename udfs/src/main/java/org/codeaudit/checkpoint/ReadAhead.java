package org.codeaudit.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Threads that read files into the system's page cache ahead of who uses them in mapped form, so
 * that the disk works while the processor does. Parts are read one after the other, each in the
 * order of its files, by no more than {@link #DISTANCE} parts ahead of the user. What is in the page
 * cache already is left alone.
 *
 * <p>A file that cannot be read is not this class's to report: whoever uses it will find out.
 */
public final class ReadAhead implements AutoCloseable {
  private static final int PIECE = 1 << 23;
  private static final int THREADS = 3;

  /** Parts that may be read before the user has come to them. */
  static final int DISTANCE = 2;

  /** A stretch of a file. */
  private record Piece(int part, Path file, long offset, int length) {}

  private final List<Piece> pieces;
  private final List<Thread> threads = new ArrayList<>();
  private int next;
  private int current;
  private boolean closed;

  /**
   * @param parts tensors in the order they are used, those of one part in any order
   */
  public ReadAhead(List<List<TensorInfo>> parts) {
    List<Piece> all = new ArrayList<>();
    for (int part = 0; part < parts.size(); part++) {
      cut(part, parts.get(part), all);
    }
    pieces = List.copyOf(all);
    for (int i = 0; i < Math.min(THREADS, pieces.size()); i++) {
      Thread thread = new Thread(this::run, "code-audit-read-ahead-" + i);
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
  }

  private static void cut(int part, List<TensorInfo> tensors, List<Piece> pieces) {
    tensors.stream()
        .sorted(Comparator.comparing(TensorInfo::file).thenComparingLong(TensorInfo::offset))
        .forEach(
            tensor -> {
              for (long done = 0; done < tensor.bytes(); done += PIECE) {
                int length = (int) Math.min(PIECE, tensor.bytes() - done);
                pieces.add(new Piece(part, tensor.file(), tensor.offset() + done, length));
              }
            });
  }

  /** The user has come to a part. */
  public synchronized void reached(int part) {
    current = part;
    notifyAll();
  }

  /** Waits until everything has been read. */
  void await() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void run() {
    ByteBuffer scratch = ByteBuffer.allocateDirect(PIECE);
    try {
      for (Piece piece = take(); piece != null; piece = take()) {
        read(piece, scratch);
      }
    } catch (IOException | RuntimeException e) {
      close();
    }
  }

  /** The next piece once the user is near enough; null if there is none. */
  private synchronized Piece take() {
    while (!closed && next < pieces.size() && pieces.get(next).part() > current + DISTANCE) {
      try {
        wait();
      } catch (InterruptedException e) {
        closed = true;
      }
    }
    return closed || next == pieces.size() ? null : pieces.get(next++);
  }

  private static void read(Piece piece, ByteBuffer scratch) throws IOException {
    try (MappedWindow window = new MappedWindow(piece.file(), piece.offset(), piece.length())) {
      if (window.inMemory()) {
        return;
      }
    }
    try (FileChannel channel = FileChannel.open(piece.file())) {
      scratch.clear().limit(piece.length());
      long position = piece.offset();
      for (int read = 0; read >= 0 && scratch.hasRemaining(); position += read) {
        read = channel.read(scratch, position);
      }
    }
  }

  /** Ends reading, finished or not. */
  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
