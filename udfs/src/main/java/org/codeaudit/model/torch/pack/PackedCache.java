package org.codeaudit.model.torch.pack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.codeaudit.Hashes;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.tensor.TensorInfo;
import org.codeaudit.disk.UserCache;
import org.codeaudit.model.Precision;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Quantised matrices that an earlier load on this machine has laid out. There is one file for each
 * checkpoint and precision, {@code NAME-CHECKPOINT-CONTENT.packed}: the second part is a hash of
 * the checkpoint's path and the precision, the third a hash of its content. The next load maps the
 * file instead of quantising. A checkpoint whose content has changed gets another file, and the old
 * one is deleted.
 *
 * <p>The folder may be deleted at any time: models keep the files that they have mapped.
 *
 * @param folder empty to keep no files
 * @param least bytes of a checkpoint's quantised matrices that are worth a file
 */
public record PackedCache(Optional<Path> folder, long least) {
  private static final Logger LOG = LoggerFactory.getLogger(PackedCache.class);

  /** Bytes that stay free on the disk. */
  private static final long RESERVE = 1L << 30;

  /** Unfinished files older than this were left by a process that died. */
  private static final Duration ABANDONED = Duration.ofDays(1);

  private static final String LAYOUT = "2";

  /**
   * In the folder {@code CODE_AUDIT_PACKED}, else {@code code-audit/packed} in {@code
   * XDG_CACHE_HOME} or the user's {@code .cache}; none if it is {@code off}. The system property
   * {@code codeaudit.packed} comes before the environment.
   */
  public static PackedCache ofProcess() {
    String named = System.getProperty("codeaudit.packed", System.getenv("CODE_AUDIT_PACKED"));
    if ("off".equals(named)) {
      return new PackedCache(Optional.empty(), 0);
    }
    Path folder = named == null || named.isBlank() ? UserCache.ours("packed") : Path.of(named);
    return new PackedCache(Optional.of(folder), 1L << 24);
  }

  /** A checkpoint's file, complete or to be written. */
  public static final class Slot {
    /** Nothing is kept in a file. */
    public static final Slot NONE = new Slot(null, Optional.empty(), false);

    private final Path target;
    private Optional<PackedFile> file;
    private boolean writing;

    private Slot(Path target, Optional<PackedFile> file, boolean writing) {
      this.target = target;
      this.file = file;
      this.writing = writing;
    }

    /** Empty if matrices have to be kept in memory. */
    public Optional<PackedFile> file() {
      return file;
    }

    /** Whether the file is complete, so that no matrix is read from the checkpoint. */
    public boolean complete() {
      return file.isPresent() && !writing;
    }

    /**
     * Completes the file. It gets its name once it is on the disk, which takes a while.
     *
     * @return completed when it has its name
     */
    public CompletableFuture<Void> finish() {
      if (!writing) {
        return CompletableFuture.completedFuture(null);
      }
      writing = false;
      CompletableFuture<Void> done = new CompletableFuture<>();
      Runnable work =
          () -> {
            publish();
            done.complete(null);
          };
      new Thread(work, "packed-model-writer").start();
      return done;
    }

    private void publish() {
      PackedFile written = file.orElseThrow();
      try {
        written.finish(target);
        deleteEarlier(target);
        LOG.info("The next load of this model will map {}", target);
      } catch (IOException | RuntimeException e) {
        LOG.warn("{} is not kept", target, e);
        delete(written.path());
      }
    }

    /** Gives up a file that is being written; parts that are mapped stay valid. */
    public void abandon() {
      if (writing) {
        writing = false;
        delete(file.orElseThrow().path());
        file = Optional.empty();
      }
    }
  }

  /**
   * The file for a checkpoint in a precision.
   *
   * @param most bytes its quantised matrices take at most
   */
  public Slot slot(Checkpoint checkpoint, Precision precision, long most) {
    if (folder.isEmpty() || most < least) {
      return new Slot(null, Optional.empty(), false);
    }
    Path target = folder.get().resolve(name(checkpoint, precision));
    Optional<PackedFile> found = PackedFile.open(target);
    if (found.isPresent()) {
      LOG.info("Quantised weights are mapped from {}", target);
      return new Slot(target, found, false);
    }
    try {
      Files.createDirectories(folder.get());
      deleteAbandoned();
      long free = Files.getFileStore(folder.get()).getUsableSpace();
      if (free < most + RESERVE) {
        LOG.info(
            "{} of {} free bytes do not suffice to keep quantised weights", folder.get(), free);
        return new Slot(target, Optional.empty(), false);
      }
      Path part = folder.get().resolve(UUID.randomUUID() + ".part");
      return new Slot(target, Optional.of(PackedFile.create(part, most)), true);
    } catch (IOException | DirectoryIteratorException | UncheckedIOException e) {
      LOG.info("Quantised weights cannot be kept in {}: {}", folder.get(), e.toString());
      return new Slot(target, Optional.empty(), false);
    }
  }

  private static String name(Checkpoint checkpoint, Precision precision) {
    Path path = checkpoint.path().toAbsolutePath().normalize();
    StringBuilder content = new StringBuilder(LAYOUT + " " + checkpoint.revision());
    TreeSet<Path> files = new TreeSet<>();
    checkpoint.tensors().values().stream().map(TensorInfo::file).forEach(files::add);
    for (Path file : files) {
      content.append('\n').append(file.getFileName());
      content.append(' ').append(file.toFile().length());
      content.append(' ').append(file.toFile().lastModified());
    }
    String place = Hashes.hex(path + " " + precision).substring(0, 12);
    String name = path.getFileName().toString().replaceAll("[^A-Za-z0-9._]", "_");
    return name + "-" + place + "-" + Hashes.hex(content.toString()).substring(0, 16) + ".packed";
  }

  /** Files of the same checkpoint and precision that hold something else. */
  private static void deleteEarlier(Path target) throws IOException {
    String name = target.getFileName().toString();
    String same = name.substring(0, name.lastIndexOf('-') + 1);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(target.getParent(), "*.packed")) {
      for (Path file : files) {
        String other = file.getFileName().toString();
        if (other.startsWith(same) && !other.equals(name)) {
          delete(file);
        }
      }
    }
  }

  private void deleteAbandoned() throws IOException {
    long oldest = Instant.now().minus(ABANDONED).toEpochMilli();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.get(), "*.part")) {
      for (Path file : files) {
        // a file that got its name meanwhile is not there any more
        if (Files.exists(file) && file.toFile().lastModified() < oldest) {
          delete(file);
        }
      }
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.debug("{} is left behind", file, e);
    }
  }
}
