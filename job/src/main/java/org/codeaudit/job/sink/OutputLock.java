package org.codeaudit.job.sink;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.codeaudit.AuditException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One writer at a time in an output folder. The lock is a file that its holder writes anew every
 * few seconds. It is taken over at once from a process of this machine that is gone, and from any
 * other after it has not changed for {@link #SILENCE}, by this machine's clock alone.
 *
 * <p>A file system that cannot create a file only if there is none (some object stores) could let
 * two drivers in that start in the same instant; the holder therefore looks again before it
 * publishes.
 */
final class OutputLock implements AutoCloseable {
  /** How long a holder may be silent before it counts as gone. */
  static final Duration SILENCE = Duration.ofSeconds(60);

  private static final Duration REFRESH = Duration.ofSeconds(10);
  private static final Logger LOG = LoggerFactory.getLogger(OutputLock.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Runs of this JVM that hold a lock now. */
  private static final Set<String> HELD_HERE = ConcurrentHashMap.newKeySet();

  /**
   * What the file holds.
   *
   * @param processStarted milliseconds since 1970, to tell a process from a later one of its number
   * @param refreshed counts up with each writing
   */
  record Holder(String runId, String host, long process, long processStarted, long refreshed) {
    static Holder ofThisProcess(String runId) {
      ProcessHandle own = ProcessHandle.current();
      return new Holder(runId, hostName(), own.pid(), started(own), 0);
    }

    Holder refresh() {
      return new Holder(runId, host, process, processStarted, refreshed + 1);
    }

    /** Whether it is certain that the holder is gone. */
    boolean gone() {
      if (!host.equals(hostName())) {
        return false;
      }
      if (process == ProcessHandle.current().pid()) {
        return !HELD_HERE.contains(runId);
      }
      return ProcessHandle.of(process)
          .filter(ProcessHandle::isAlive)
          .filter(alive -> started(alive) == processStarted)
          .isEmpty();
    }

    private static long started(ProcessHandle process) {
      return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    private static String hostName() {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException e) {
        return "localhost";
      }
    }
  }

  private final FileSystem fileSystem;
  private final Path file;
  private final ScheduledExecutorService refresher;
  private Holder holder;

  /** Whether this run has left the file half-written, as it does when the disk is full. */
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
    HELD_HERE.add(holder.runId());
    refresher.scheduleWithFixedDelay(
        this::refresh, REFRESH.toMillis(), REFRESH.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Takes the lock, waiting for a silent holder at most {@code silence}. The caller closes it.
   *
   * @throws AuditException {@code OUTPUT_BUSY} if another run is at work there
   */
  static OutputLock take(FileSystem fileSystem, Path file, String runId, Duration silence)
      throws IOException {
    Holder own = Holder.ofThisProcess(runId);
    while (!created(fileSystem, file, own)) {
      Optional<Holder> other = read(fileSystem, file);
      if (other.isPresent() && !other.get().gone()) {
        LOG.warn(
            "Run {} on {} holds {}; waiting up to {} s for a sign of life",
            other.get().runId(),
            other.get().host(),
            file,
            silence.toSeconds());
      }
      awaitSilence(fileSystem, file, other, silence);
      fileSystem.delete(file, false);
    }
    return new OutputLock(fileSystem, file, own);
  }

  private static boolean created(FileSystem fileSystem, Path file, Holder holder)
      throws IOException {
    OutputStream created;
    try {
      created = fileSystem.create(file, false);
    } catch (FileAlreadyExistsException e) {
      return false;
    }
    try (OutputStream out = created) {
      JSON.writeValue(out, holder);
      return true;
    } catch (IOException e) {
      fileSystem.delete(file, false); // a full disk: a lock nobody can read would keep others out
      throw e;
    }
  }

  private static void awaitSilence(
      FileSystem fileSystem, Path file, Optional<Holder> seen, Duration silence)
      throws IOException {
    long deadline = System.nanoTime() + silence.toNanos();
    while (System.nanoTime() < deadline) {
      if (seen.isPresent() && seen.get().gone()) {
        return;
      }
      try {
        Thread.sleep(Math.min(1000, Math.max(1, silence.toMillis() / 10)));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while waiting for " + file, e);
      }
      Optional<Holder> now = read(fileSystem, file);
      if (now.isEmpty()) {
        continue; // being written, or given back: then the next attempt to create it succeeds
      }
      if (seen.isPresent() && !now.equals(seen)) {
        throw busy(file, now.get());
      }
      seen = now;
    }
  }

  private static Optional<Holder> read(FileSystem fileSystem, Path file) {
    try (InputStream in = fileSystem.open(file)) {
      return Optional.of(JSON.readValue(in, Holder.class));
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  private static AuditException busy(Path file, Holder holder) {
    return new AuditException(
        "OUTPUT_BUSY",
        "Run " + holder.runId() + " is writing to " + file.getParent().getParent(),
        "it runs on " + holder.host() + " as process " + holder.process() + " and is alive",
        "Wait until it is done, end it, or pass another --out");
  }

  /** Gives a sign of life. */
  synchronized void refresh() {
    try {
      if (held()) {
        holder = holder.refresh();
        torn = true;
        try (OutputStream out = fileSystem.create(file, true)) {
          JSON.writeValue(out, holder);
        }
        torn = false;
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("The lock {} could not be refreshed: {}", file, e.toString());
    }
  }

  /** Whether the file still names this run; nothing may be published if it does not. */
  synchronized boolean held() {
    return read(fileSystem, file)
        .map(now -> now.runId().equals(holder.runId()))
        .orElseGet(() -> torn && exists());
  }

  private boolean exists() {
    try {
      return fileSystem.exists(file);
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public synchronized void close() {
    refresher.shutdownNow();
    HELD_HERE.remove(holder.runId());
    try {
      if (held()) {
        fileSystem.delete(file, false);
      }
    } catch (FileNotFoundException gone) {
      // As it should be.
    } catch (IOException e) {
      LOG.warn("The lock {} could not be removed: {}", file, e.toString());
    }
  }
}
