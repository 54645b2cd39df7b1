package org.codeaudit.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Locks on files that hold between processes and between threads. A lock belongs to no thread: who
 * holds it may hand it on. The system frees what a dead process held. A lock file may be deleted
 * only with what it guards, for good: else two processes could lock different files of one name.
 */
public final class FileLocks {
  private static final long POLL_MILLIS = 50;

  /**
   * Locks of this process. Java refuses a second lock of a process on a file even if both are
   * shared, and the system drops all of them when any channel of the file is closed.
   */
  private static final Map<Path, Entry> HELD = new HashMap<>();

  private static final class Entry {
    final FileChannel channel;
    final FileLock lock;
    int holders;

    Entry(FileChannel channel, FileLock lock) {
      this.channel = channel;
      this.lock = lock;
    }
  }

  /** A lock that is held until it is closed; closing it again does nothing. */
  public static final class Held implements AutoCloseable {
    private final Path file;
    private boolean closed;

    private Held(Path file) {
      this.file = file;
    }

    @Override
    public void close() {
      synchronized (HELD) {
        if (!closed) {
          closed = true;
          release(file);
        }
      }
    }
  }

  private FileLocks() {}

  /** Waits until nobody holds the file exclusively; it is created, and stays. */
  public static Held shared(Path file) throws IOException, InterruptedException {
    return await(file, true);
  }

  /** Waits until nobody holds the file; it is created, and stays. */
  public static Held exclusive(Path file) throws IOException, InterruptedException {
    return await(file, false);
  }

  /** Empty if anybody holds the file. */
  public static Optional<Held> tryExclusive(Path file) throws IOException {
    return take(file.toAbsolutePath().normalize(), false);
  }

  private static Held await(Path file, boolean shared) throws IOException, InterruptedException {
    Path key = file.toAbsolutePath().normalize();
    while (true) {
      Optional<Held> held = take(key, shared);
      if (held.isPresent()) {
        return held.get();
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static Optional<Held> take(Path file, boolean shared) throws IOException {
    synchronized (HELD) {
      Entry entry = HELD.get(file);
      if (entry == null) {
        entry = lock(file, shared);
        if (entry == null) {
          return Optional.empty();
        }
        HELD.put(file, entry);
      } else if (!shared || !entry.lock.isShared()) {
        return Optional.empty();
      }
      entry.holders++;
      return Optional.of(new Held(file));
    }
  }

  private static Entry lock(Path file, boolean shared) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock(0, Long.MAX_VALUE, shared);
    } catch (OverlappingFileLockException elsewhereInThisProcess) {
      // As good as another process.
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    return lock == null ? null : new Entry(channel, lock);
  }

  private static void release(Path file) {
    Entry entry = HELD.get(file);
    if (--entry.holders == 0) {
      HELD.remove(file);
      try {
        entry.channel.close();
      } catch (IOException unimportant) {
        // The lock goes with the channel all the same.
      }
    }
  }
}
