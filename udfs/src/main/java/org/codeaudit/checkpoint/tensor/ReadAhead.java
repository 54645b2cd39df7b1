package org.codeaudit.checkpoint.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Threads that read mapped files into the system's page cache ahead of their use, so that the disk
 * works while the processor does: otherwise a mapped file is read page by page, when each is
 * missed. Parts are read one after the other, each in the order of its files, no further than
 * {@value #DISTANCE} bytes ahead of the user. What is in the page cache already is left alone.
 *
 * <p>This class does not report a file that cannot be read: its user will.
 */
public final class ReadAhead implements AutoCloseable {
  private static final int PIECE = 1 << 23;
  private static final int THREADS = 3;

  /** Bytes that may be read beyond the part the user has come to. */
  static final long DISTANCE = 1L << 29;

  /**
   * A stretch of a file.
   *
   * @param before bytes of all pieces before it
   */
  private record Piece(Path file, long offset, int length, long before) {}

  private final List<Piece> pieces;

  /** Bytes of each part and all before it. */
  private final long[] ends;

  private final List<Thread> threads = new ArrayList<>();
  private int next;
  private int current;
  private boolean closed;

  /**
   * @param parts tensors in the order they are used, those of one part in any order
   */
  public ReadAhead(List<List<TensorInfo>> parts) {
    List<Piece> all = new ArrayList<>();
    ends = new long[parts.size()];
    long bytes = 0;
    for (int part = 0; part < parts.size(); part++) {
      bytes = cut(parts.get(part), bytes, all);
      ends[part] = bytes;
    }
    pieces = List.copyOf(all);
    for (int i = 0; i < Math.min(THREADS, pieces.size()); i++) {
      Thread thread = new Thread(this::run, "code-audit-read-ahead-" + i);
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
  }

  /** Cuts a part into pieces; returns the bytes of all pieces so far. */
  private static long cut(List<TensorInfo> part, long before, List<Piece> pieces) {
    List<TensorInfo> inOrder = new ArrayList<>(part);
    inOrder.sort(Comparator.comparing(TensorInfo::file).thenComparingLong(TensorInfo::offset));
    for (TensorInfo tensor : inOrder) {
      for (long done = 0; done < tensor.bytes(); done += PIECE) {
        int length = (int) Math.min(PIECE, tensor.bytes() - done);
        pieces.add(new Piece(tensor.file(), tensor.offset() + done, length, before));
        before += length;
      }
    }
    return before;
  }

  /** The user has come to a part. */
  public synchronized void reached(int part) {
    current = part;
    notifyAll();
  }

  /** The user will come to everything that is left; it is read in the background. */
  public void finish() {
    reached(ends.length - 1);
  }

  /** Pieces that have been read or are being read. */
  synchronized int piecesTaken() {
    return next;
  }

  /** Waits until nothing is being read any more. */
  void await() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void run() {
    ByteBuffer scratch = ByteBuffer.allocateDirect(1 << 20);
    try {
      for (Piece piece = take(); piece != null; piece = take()) {
        read(piece, scratch);
      }
    } catch (IOException | RuntimeException | InternalError e) {
      close();
    }
  }

  /** The next piece once the user is near enough; null if there is none. */
  private synchronized Piece take() {
    while (!closed
        && next < pieces.size()
        && pieces.get(next).before() > ends[current] + DISTANCE) {
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
      long end = piece.offset() + piece.length();
      int read = 0;
      for (long position = piece.offset(); read >= 0 && position < end; position += read) {
        scratch.clear().limit((int) Math.min(scratch.capacity(), end - position));
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
