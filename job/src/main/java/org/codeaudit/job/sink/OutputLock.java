package org.codeaudit.job.sink;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.codeaudit.AuditException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One writer at a time in an output folder. The lock is a file that its holder rewrites every few
 * seconds. It is taken over at once from a process of this machine that is gone, and from any other
 * after it has not changed for {@link #SILENCE} by this machine's own clock.
 *
 * <p>On a file system without atomic creation of files (some object stores), two drivers that start
 * at the same instant could both get the lock; the holder therefore checks again before it
 * publishes.
 */
final class OutputLock implements AutoCloseable {
  /** How long a holder may be silent before it counts as gone. */
  static final Duration SILENCE = Duration.ofSeconds(60);

  private static final Duration REFRESH = Duration.ofSeconds(10);
  private static final int READ_ATTEMPTS = 10;
  private static final long READ_PAUSE_MILLIS = 300;
  private static final Logger LOG = LoggerFactory.getLogger(OutputLock.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Runs of this JVM that hold a lock now. */
  private static final Set<String> HELD_HERE = ConcurrentHashMap.newKeySet();

  /**
   * What the file holds.
   *
   * @param machine identifies this boot of this machine, within which process numbers are unique
   * @param refreshed incremented with each write
   */
  record Holder(String runId, String host, String machine, long process, long refreshed) {
    static Holder ofThisProcess(String runId) {
      return new Holder(runId, hostName(), machineId(), ProcessHandle.current().pid(), 0);
    }

    Holder refresh() {
      return new Holder(runId, host, machine, process, refreshed + 1);
    }

    /** Whether it is certain that the holder is gone. */
    boolean gone() {
      if (!host.equals(hostName()) || !machine.equals(machineId())) {
        return false;
      }
      return process == ProcessHandle.current().pid()
          ? !HELD_HERE.contains(runId)
          : ProcessHandle.of(process).filter(ProcessHandle::isAlive).isEmpty();
    }

    private static String hostName() {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (IOException e) {
        return "localhost";
      }
    }

    /** Containers may share a host name and number their processes separately. */
    private static String machineId() {
      try {
        String boot = Files.readString(java.nio.file.Path.of("/proc/sys/kernel/random/boot_id"));
        java.nio.file.Path processes =
            Files.readSymbolicLink(java.nio.file.Path.of("/proc/self/ns/pid"));
        return boot.strip() + " " + processes;
      } catch (IOException | UnsupportedOperationException noSuchFiles) {
        return "";
      }
    }
  }

  private final FileSystem fileSystem;
  private final Path file;
  private final ScheduledExecutorService refresher;
  private Holder holder;

  /** Whether this run left the file half-written, as happens when the disk is full. */
  private boolean torn;

  private OutputLock(FileSystem fileSystem, Path file, Holder holder) {
    this.fileSystem = fileSystem;
    this.file = file;
    this.holder = holder;
    this.refresher =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "output-lock");
              thread.setDaemon(true);
              return thread;
            });
    refresher.scheduleWithFixedDelay(
        this::refresh, REFRESH.toMillis(), REFRESH.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Takes the lock, waiting for a silent holder at most {@code silence}. The caller closes it.
   *
   * @throws AuditException {@code OUTPUT_BUSY} if another run is at work there
   */
  static OutputLock take(FileSystem given, Path file, String runId, Duration silence)
      throws IOException {
    // A checksum beside the lock would be written apart from it, and a reader that meets the two in
    // between would move the lock away.
    FileSystem fileSystem =
        given instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : given;
    Holder own = Holder.ofThisProcess(runId);
    HELD_HERE.add(runId);
    try {
      while (!created(fileSystem, file, own)) {
        Optional<Holder> silent = awaitSilence(fileSystem, file, silence);
        removeIfStill(fileSystem, file, silent, runId);
      }
      return new OutputLock(fileSystem, file, own);
    } catch (Throwable failure) {
      HELD_HERE.remove(runId);
      throw failure;
    }
  }

  private static boolean created(FileSystem fileSystem, Path file, Holder holder)
      throws IOException {
    OutputStream created;
    try {
      // Hadoop would check first and create afterwards, and two processes could do so at once on
      // a local disk.
      created =
          LocalDisk.is(fileSystem)
              ? Files.newOutputStream(LocalDisk.path(file), StandardOpenOption.CREATE_NEW)
              : fileSystem.create(file, false);
    } catch (FileAlreadyExistsException | java.nio.file.FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      if (fileSystem.exists(file)) {
        return false; // another process is writing it
      }
      throw e;
    }
    try (OutputStream out = created) {
      out.write(JSON.writeValueAsBytes(holder));
      return true;
    } catch (IOException e) {
      fileSystem.delete(file, false); // a full disk: a lock nobody can read would keep others out
      throw e;
    }
  }

  /**
   * Waits until the holder is certainly gone, has been silent long enough, or has released the
   * lock.
   *
   * @return what the file last held
   */
  private static Optional<Holder> awaitSilence(FileSystem fileSystem, Path file, Duration silence)
      throws IOException {
    Optional<Holder> seen = read(fileSystem, file);
    long deadline = System.nanoTime() + silence.toNanos();
    boolean told = false;
    while (System.nanoTime() < deadline && fileSystem.exists(file)) {
      if (seen.isPresent() && seen.get().gone()) {
        return seen;
      }
      if (!told && seen.isPresent()) {
        LOG.warn(
            "Run {} on {} holds {}; waiting up to {} s for a sign of life",
            seen.get().runId(),
            seen.get().host(),
            file,
            silence.toSeconds());
        told = true;
      }
      pause(Math.min(1000, Math.max(1, silence.toMillis() / 10)));
      Optional<Holder> now = read(fileSystem, file);
      if (now.isPresent() && seen.isPresent() && !now.equals(seen)) {
        throw OutputErrors.busy(
            now.get().runId(), now.get().host(), now.get().process(), file.getParent().getParent());
      }
      if (now.isPresent() && seen.isEmpty()) {
        deadline = System.nanoTime() + silence.toNanos();
        seen = now;
      }
    }
    return seen;
  }

  /** Removes the lock of a holder that is gone, unless another run took it over in the meantime. */
  private static void removeIfStill(
      FileSystem fileSystem, Path file, Optional<Holder> gone, String runId) throws IOException {
    Path aside = new Path(file.getParent(), "lock.stale-" + runId);
    if (!fileSystem.rename(file, aside)) {
      return; // gone already
    }
    if (read(fileSystem, aside).equals(gone)) {
      fileSystem.delete(aside, false);
    } else {
      fileSystem.rename(aside, file);
    }
  }

  private static Optional<Holder> read(FileSystem fileSystem, Path file) {
    try (InputStream in = fileSystem.open(file)) {
      return Optional.of(JSON.readValue(in, Holder.class));
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  /** Shows that the holder is alive. */
  synchronized void refresh() {
    try {
      if (held()) { // otherwise it is lost, and publishing will report that
        holder = holder.refresh();
        write(JSON.writeValueAsBytes(holder));
      }
    } catch (Exception e) {
      LOG.warn("The lock {} could not be refreshed: {}", file, e.toString());
    }
  }

  private void write(byte[] content) throws IOException {
    if (LocalDisk.is(fileSystem)) {
      java.nio.file.Path place = LocalDisk.path(file);
      java.nio.file.Path next = place.resolveSibling("lock.next");
      Files.write(next, content);
      Files.move(next, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return;
    }
    torn = true;
    try (OutputStream out = fileSystem.create(file, true)) {
      out.write(content);
    }
    torn = false;
  }

  /**
   * Whether the file still names this run; nothing may be published if it does not. A file that
   * cannot be read for a moment is read again; one that this run left half-written is its own.
   */
  synchronized boolean held() {
    for (int attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
      Optional<Holder> now = read(fileSystem, file);
      if (now.isPresent()) {
        return now.get().runId().equals(holder.runId());
      }
      try {
        if (torn) {
          return fileSystem.exists(file);
        }
        pause(READ_PAUSE_MILLIS);
      } catch (IOException unreachable) {
        return false;
      }
    }
    return false;
  }

  private static void pause(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the lock of the output folder", e);
    }
  }

  @Override
  public synchronized void close() {
    refresher.shutdownNow();
    HELD_HERE.remove(holder.runId());
    try {
      boolean own =
          read(fileSystem, file).map(now -> now.runId().equals(holder.runId())).orElse(torn);
      if (own) {
        fileSystem.delete(file, false);
      }
    } catch (FileNotFoundException gone) {
      // As it should be.
    } catch (IOException e) {
      LOG.warn("The lock {} could not be removed: {}", file, e.toString());
    }
  }
}
