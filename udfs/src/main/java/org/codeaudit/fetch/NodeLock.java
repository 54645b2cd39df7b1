package org.codeaudit.fetch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lock that one thread of one process of this machine holds. The system frees it when the process
 * ends, however it ends.
 */
final class NodeLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeLock.class);
  private static final long POLL_MILLIS = 100;

  /**
   * One thread a JVM: a second channel on the file would, when it is closed, free the lock of the
   * first (so POSIX wants it).
   */
  private static final ConcurrentMap<Path, ReentrantLock> OF_THIS_JVM = new ConcurrentHashMap<>();

  private final ReentrantLock own;
  private final FileChannel channel;

  private NodeLock(ReentrantLock own, FileChannel channel) {
    this.own = own;
    this.channel = channel;
  }

  /** Waits for the lock; the file is created and stays. */
  static NodeLock acquire(Path file) throws IOException, InterruptedException {
    ReentrantLock own =
        OF_THIS_JVM.computeIfAbsent(file.toAbsolutePath().normalize(), f -> new ReentrantLock());
    own.lockInterruptibly();
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        await(channel, file);
        return new NodeLock(own, channel);
      } catch (Throwable failure) {
        channel.close();
        throw failure;
      }
    } catch (Throwable failure) {
      own.unlock();
      throw failure;
    }
  }

  private static void await(FileChannel channel, Path file)
      throws IOException, InterruptedException {
    for (long polls = 0; tryLock(channel).isEmpty(); polls++) {
      if (polls == 0) {
        LOG.info("Another process of this machine is fetching into {}; waiting", file.getParent());
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException e) {
      return Optional.empty(); // this class in another class loader of the JVM has it
    }
  }

  /** Frees the lock; to be called by the thread that acquired it. */
  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      own.unlock();
    }
  }
}
