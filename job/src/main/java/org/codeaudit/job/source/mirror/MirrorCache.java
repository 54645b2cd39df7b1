package org.codeaudit.job.source.mirror;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.disk.FileLocks;
import org.codeaudit.disk.FolderTree;
import org.codeaudit.job.source.repository.GitFailure;
import org.codeaudit.job.source.row.RemoteUrl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's mirrors of remote repositories, shared by all processes of the node and kept for later
 * runs. Of each repository there is a folder:
 *
 * <pre>
 * KEY/writing      locked by whoever fetches or makes a mirror
 * KEY/NUMBER       the mirror, a bare repository; the highest number counts, a damaged one gets a
 *                  successor. Numbers are times: none is used again, since processes remember what
 *                  they have read in a folder
 * KEY/NUMBER.lock  shared by whoever reads that mirror, exclusive to whoever deletes it
 * KEY/size         its bytes; the file's time is when it was last used
 * </pre>
 */
public final class MirrorCache {
  private static final Logger LOG = LoggerFactory.getLogger(MirrorCache.class);
  private static final Map<MirrorSettings, MirrorCache> CACHES = new ConcurrentHashMap<>();

  /** The size is checked whenever it may have grown by this part of the limit. */
  private static final int PARTS = 50;

  private final Path root;
  private final long maxBytes;
  private final GitProgram git;
  private long grownBytes;

  /** What is done with a mirror; it closes the mirror, now or later, unless it throws. */
  public interface Work<T> {
    T with(Mirror mirror) throws IOException;
  }

  private MirrorCache(MirrorSettings settings) {
    root = settings.place();
    maxBytes = settings.maxBytes();
    git = new GitProgram(settings);
    grownBytes = maxBytes;
  }

  /** The cache of this process. */
  public static MirrorCache of(MirrorSettings settings) {
    return CACHES.computeIfAbsent(settings, MirrorCache::new);
  }

  /**
   * Gives a repository's mirror to {@code work}; one that turns out to be damaged is thrown away
   * and the work is done again, once, with a new one.
   *
   * @throws AuditException if the repository cannot be reached or the work fails
   */
  public <T> T use(RemoteUrl url, Work<T> work) throws IOException {
    for (boolean again = false; ; again = true) {
      Mirror mirror = open(url);
      boolean failed = true;
      try {
        T result = work.with(mirror);
        failed = false;
        return result;
      } catch (GitFailure failure) {
        if (failure.kind() != GitFailure.Kind.DAMAGED || again) {
          throw failure.explained(url);
        }
        replace(url, mirror, failure);
      } catch (AuditException | UncheckedIOException notOfTheMirror) {
        throw notOfTheMirror;
      } catch (IOException | RuntimeException broken) {
        // JGit throws all sorts of exceptions over damaged files.
        if (again || Thread.currentThread().isInterrupted()) {
          throw broken;
        }
        replace(url, mirror, broken);
      } finally {
        if (failed) {
          mirror.close();
        }
      }
    }
  }

  private Mirror open(RemoteUrl url) {
    Path home = root.resolve(url.key());
    try {
      createPrivate(root);
      Files.createDirectories(home);
      while (true) {
        Optional<Path> current = current(home);
        if (current.isEmpty()) {
          make(url, home, Optional.empty());
          continue;
        }
        FileLocks.Held use = using(current.get());
        if (Files.isDirectory(current.get())) {
          touch(home);
          return new Mirror(this, url, current.get(), use);
        }
        use.close();
      }
    } catch (IOException broken) {
      throw new AuditException(
          ErrorClass.MIRROR_CACHE,
          "Repository " + url.text() + " cannot be mirrored in " + root,
          broken.toString(),
          "Pass a folder every executor can write with the option `mirrorCache`",
          broken);
    }
  }

  /** What was read with somebody's credentials must not be readable by others. */
  private static void createPrivate(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      Files.createDirectories(folder.getParent());
      try {
        Files.createDirectory(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } catch (FileAlreadyExistsException justMade) {
        // By another process.
      }
    }
  }

  private void replace(RemoteUrl url, Mirror damaged, Exception why) throws IOException {
    LOG.warn("The mirror of {} is damaged and is made anew: {}", url.text(), why.toString());
    damaged.close();
    make(url, root.resolve(url.key()), Optional.of(damaged.folder()));
  }

  /**
   * Makes an empty mirror, unless somebody else has just done so. A bare repository is these few
   * files; it gets its name when it is whole.
   */
  private void make(RemoteUrl url, Path home, Optional<Path> damaged) throws IOException {
    try (FileLocks.Held writing = writing(url)) {
      Optional<Path> current = current(home);
      if (current.isPresent() && !current.equals(damaged)) {
        return;
      }
      Path made = home.resolve("new");
      FolderTree.delete(made);
      Files.createDirectories(made.resolve("objects/pack"));
      Files.createDirectories(made.resolve("refs/heads"));
      Files.writeString(made.resolve("HEAD"), "ref: " + Mirror.HEAD + "\n");
      Files.writeString(
          made.resolve("config"),
          """
          [core]
          	repositoryformatversion = 1
          	bare = true
          [extensions]
          	partialClone = origin
          [remote "origin"]
          	url = "%s"
          	promisor = true
          	partialclonefilter = blob:none
          """
              .formatted(url.text()));
      long before = current.map(MirrorCache::number).orElse(0L);
      long number = Math.max(System.currentTimeMillis(), before + 1);
      Files.move(made, home.resolve(Long.toString(number)), StandardCopyOption.ATOMIC_MOVE);
      if (damaged.isPresent()) {
        deleteUnused(damaged.get());
      }
    }
  }

  /** The newest mirror of a repository's folder. */
  private static Optional<Path> current(Path home) throws IOException {
    return mirrors(home).stream().max(Comparator.comparingLong(MirrorCache::number));
  }

  private static List<Path> mirrors(Path home) throws IOException {
    try (Stream<Path> entries = Files.list(home)) {
      return entries.filter(entry -> entry.getFileName().toString().matches("\\d{1,18}")).toList();
    }
  }

  private static long number(Path mirror) {
    return Long.parseLong(mirror.getFileName().toString());
  }

  static Path lockOf(Path mirror) {
    return mirror.resolveSibling(mirror.getFileName() + ".lock");
  }

  /** Waits until nobody else fetches into the repository's mirror. */
  FileLocks.Held writing(RemoteUrl url) throws IOException {
    try {
      return FileLocks.exclusive(root.resolve(url.key()).resolve("writing"));
    } catch (InterruptedException killed) {
      throw GitProgram.interrupted();
    }
  }

  /** Keeps a mirror from being deleted or packed anew. */
  static FileLocks.Held using(Path mirror) throws IOException {
    try {
      return FileLocks.shared(lockOf(mirror));
    } catch (InterruptedException killed) {
      throw GitProgram.interrupted();
    }
  }

  GitProgram git() {
    return git;
  }

  private static void touch(Path home) throws IOException {
    Path size = home.resolve("size");
    if (Files.exists(size)) {
      Files.setLastModifiedTime(size, FileTime.from(Instant.now()));
    }
  }

  /** Notes a mirror's size after a fetch, and makes room if the cache may have grown too large. */
  void grown(RemoteUrl url, Path mirror) throws IOException {
    Path home = root.resolve(url.key());
    long before = size(home);
    long now = FolderTree.bytes(mirror);
    Path note = home.resolve("size.new");
    Files.writeString(note, Long.toString(now));
    Files.move(note, home.resolve("size"), StandardCopyOption.REPLACE_EXISTING);
    boolean look;
    synchronized (this) {
      grownBytes += Math.max(0, now - before);
      look = grownBytes >= maxBytes / PARTS;
      grownBytes = look ? 0 : grownBytes;
    }
    if (look) {
      makeRoom();
    }
  }

  private static long size(Path home) {
    try {
      return Long.parseLong(Files.readString(home.resolve("size")));
    } catch (IOException | NumberFormatException none) {
      return 0;
    }
  }

  private record Home(Path folder, long bytes, FileTime used) {}

  /** Deletes mirrors nobody reads, the longest unused first, until the limit is kept. */
  private void makeRoom() throws IOException {
    Optional<FileLocks.Held> alone = FileLocks.tryExclusive(root.resolve("making-room"));
    if (alone.isEmpty()) {
      return;
    }
    try (FileLocks.Held deleting = alone.get()) {
      List<Home> homes = homes();
      long total = homes.stream().mapToLong(Home::bytes).sum();
      for (Home home : homes) {
        if (total <= maxBytes) {
          return;
        }
        boolean gone = true;
        for (Path mirror : mirrors(home.folder())) {
          gone &= deleteUnused(mirror);
        }
        if (gone) {
          Files.deleteIfExists(home.folder().resolve("size"));
          total -= home.bytes();
          LOG.info("Deleted the mirror {} to make room", home.folder().getFileName());
        }
      }
      if (total > maxBytes) {
        LOG.warn("Mirrors in use take {} bytes, more than the limit of {}", total, maxBytes);
      }
    }
  }

  private List<Home> homes() throws IOException {
    List<Home> homes = new ArrayList<>();
    try (Stream<Path> folders = Files.list(root)) {
      for (Path folder : folders.filter(Files::isDirectory).toList()) {
        Path size = folder.resolve("size");
        if (Files.exists(size)) {
          homes.add(new Home(folder, size(folder), Files.getLastModifiedTime(size)));
        }
      }
    }
    homes.sort(Comparator.comparing(Home::used));
    return homes;
  }

  /**
   * Deletes a mirror if nobody reads it; it loses its name first, so that no half of it is seen.
   */
  private static boolean deleteUnused(Path mirror) throws IOException {
    Optional<FileLocks.Held> alone = FileLocks.tryExclusive(lockOf(mirror));
    if (alone.isEmpty()) {
      return false;
    }
    try (FileLocks.Held unused = alone.get()) {
      Path old = mirror.resolveSibling("old-" + mirror.getFileName());
      FolderTree.delete(old);
      Files.move(mirror, old, StandardCopyOption.ATOMIC_MOVE);
      FolderTree.delete(old);
      Files.deleteIfExists(lockOf(mirror));
      return true;
    } catch (NoSuchFileException gone) {
      return true;
    }
  }
}
