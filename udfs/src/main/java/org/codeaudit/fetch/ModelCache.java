package org.codeaudit.fetch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.codeaudit.AuditException;
import org.codeaudit.Hashes;
import org.codeaudit.disk.FileLocks;
import org.codeaudit.web.Patience;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models this machine has fetched. Each version of a model has a folder of its own:
 *
 * <pre>
 * hf/ORGANISATION/NAME/COMMIT/            or hadoop/HASH OF THE URI/LISTING/, named/NAME/SHA-256/
 *   NAME/…          the files; NAME.part while they come
 *   complete.json   there once all are verified
 *   lock            held by the process that fetches
 * </pre>
 */
final class ModelCache {
  private static final Logger LOG = LoggerFactory.getLogger(ModelCache.class);
  private static final int THREADS = 4;

  private final Path root;
  private final Patience patience;

  ModelCache(Path root, Patience patience) {
    this.root = root.toAbsolutePath();
    this.patience = patience;
  }

  /** The model if it is here, complete; its files' names and sizes are compared. */
  Optional<LocalModel> find(ModelReference reference) {
    Path entry = entry(reference);
    return ModelManifest.read(entry)
        .filter(
            manifest -> manifest.files().stream().allMatch(file -> isThere(entry, reference, file)))
        .map(manifest -> local(reference, manifest));
  }

  private static boolean isThere(Path entry, ModelReference reference, ModelManifest.Entry file) {
    return hasSize(entry.resolve(name(reference)).resolve(file.name()), file.size());
  }

  private static boolean hasSize(Path file, long size) {
    try {
      return Files.isRegularFile(file) && Files.size(file) == size;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * The model, fetched if it is not here; others that want it wait for it.
   *
   * @param reference pinned
   * @param connect lists the model's files; asked only if something has to be fetched
   */
  LocalModel fetch(ModelReference reference, Supplier<RemoteModel> connect) {
    Optional<LocalModel> here = find(reference);
    if (here.isPresent()) {
      return here.get();
    }
    Path entry = entry(reference);
    try {
      Files.createDirectories(entry.resolve(name(reference)));
      try (FileLocks.Held lock = FileLocks.exclusive(entry.resolve("lock"))) {
        Optional<LocalModel> since = find(reference);
        return since.isPresent() ? since.get() : fetch(entry, connect.get());
      }
    } catch (IOException e) {
      throw CacheErrors.notStored(reference, entry, e);
    } catch (InterruptedException e) {
      throw CacheErrors.interrupted(reference);
    }
  }

  private LocalModel fetch(Path entry, RemoteModel remote)
      throws IOException, InterruptedException {
    ModelReference reference = remote.reference();
    Path folder = entry.resolve(name(reference));
    List<RemoteFile> files = CheckpointFiles.of(remote, patience);
    // Whatever is wrong with it, the model is no longer complete.
    Files.deleteIfExists(entry.resolve(ModelManifest.NAME));
    List<RemoteFile> missing = new ArrayList<>();
    for (RemoteFile file : files) {
      if (!hasSize(folder.resolve(file.name()), file.size())) {
        Files.deleteIfExists(folder.resolve(file.name()));
        missing.add(file);
      }
    }
    long begin = System.nanoTime();
    FetchProgress progress = progress(remote, folder, missing);
    fetchAll(remote, folder, missing, progress);
    remote.confirm();
    ModelManifest.write(entry, reference, files);
    progress.finished(System.nanoTime() - begin);
    return find(reference)
        .orElseThrow(() -> new IOException("what was fetched into " + folder + " is not there"));
  }

  private FetchProgress progress(RemoteModel remote, Path folder, List<RemoteFile> missing)
      throws IOException {
    long total = 0;
    long there = 0;
    for (RemoteFile file : missing) {
      Path part = Download.part(folder, file);
      total += file.size();
      there += Files.isRegularFile(part) ? Math.min(Files.size(part), file.size()) : 0;
    }
    long free = Files.getFileStore(folder).getUsableSpace();
    if (total - there > free) {
      throw CacheErrors.diskFull(remote.reference(), folder, total - there, free);
    }
    return new FetchProgress(remote.reference(), folder, missing.size(), total, there);
  }

  /** Several at once, the largest first; the first failure ends all. */
  private void fetchAll(
      RemoteModel remote, Path folder, List<RemoteFile> files, FetchProgress progress)
      throws IOException, InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> downloads = new ArrayList<>();
      files.stream()
          .sorted(Comparator.comparingLong(RemoteFile::size).reversed())
          .forEach(f -> downloads.add(threads.submit(() -> fetch(remote, f, folder, progress))));
      for (Future<?> download : downloads) {
        download.get();
      }
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } finally {
      threads.shutdownNow();
      // The lock must not be free while anything still writes here.
      while (!threads.awaitTermination(1, TimeUnit.SECONDS)) {
        LOG.debug("Waiting for downloads to end");
      }
    }
  }

  private Void fetch(RemoteModel remote, RemoteFile file, Path folder, FetchProgress progress)
      throws IOException {
    try (Download download = new Download(remote, file, folder, patience, progress::arrived)) {
      download.complete();
    }
    return null;
  }

  private static IOException failure(Throwable cause) throws IOException {
    if (cause instanceof IOException stored) {
      return stored;
    }
    if (cause instanceof AuditException known) {
      throw known;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) cause;
  }

  private LocalModel local(ModelReference reference, ModelManifest manifest) {
    Path folder = entry(reference).resolve(name(reference));
    String first = manifest.files().get(0).name();
    return new LocalModel(
        manifest.files().size() == 1 && CheckpointFiles.isGguf(first)
            ? folder.resolve(first)
            : folder,
        reference instanceof ModelReference.Hub hub
            ? Optional.of(HubModel.revision(hub))
            : Optional.empty());
  }

  /** The last part of the reference: it becomes the model's name in the tables. */
  static String name(ModelReference reference) {
    if (reference instanceof ModelReference.Hub hub) {
      return hub.name();
    }
    if (reference instanceof ModelReference.Named named) {
      return named.name();
    }
    String location = ((ModelReference.Hadoop) reference).location().replaceFirst("/+$", "");
    String last = location.substring(location.lastIndexOf('/') + 1);
    return last.matches("[A-Za-z0-9][A-Za-z0-9 ._-]*") ? last : "model";
  }

  private Path entry(ModelReference reference) {
    if (reference instanceof ModelReference.Hub hub) {
      String version = hub.revision() + hub.file().map(file -> "-" + file).orElse("");
      return hubFolder(hub).resolve(version);
    }
    if (reference instanceof ModelReference.Named named) {
      return root.resolve("named")
          .resolve(named.name())
          .resolve(named.sha256().orElseThrow().substring(0, 16));
    }
    ModelReference.Hadoop hadoop = (ModelReference.Hadoop) reference;
    return root.resolve("hadoop")
        .resolve(Hashes.hex(hadoop.location()).substring(0, 16))
        .resolve(hadoop.listing().orElseThrow());
  }

  private Path hubFolder(ModelReference.Hub hub) {
    return root.resolve("hf").resolve(hub.organisation()).resolve(hub.name());
  }

  /** Records which commit a branch or tag meant, for use without a network. */
  void note(ModelReference.Hub asked, String commit) {
    try {
      Path note = note(asked);
      Files.createDirectories(note.getParent());
      Path temporary = Files.createTempFile(note.getParent(), "note", ".part");
      Files.writeString(temporary, commit);
      Files.move(temporary, note, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.debug("The commit of {} is not noted", asked, e); // a cache may be read-only
    }
  }

  /** The commit that a branch or tag meant when it was last asked for. */
  Optional<String> noted(ModelReference.Hub asked) {
    try {
      return Optional.of(Files.readString(note(asked)).strip())
          .filter(ModelReference.Hub::isCommit);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Path note(ModelReference.Hub asked) {
    return hubFolder(asked).resolve("refs").resolve(asked.revision().replace("/", "%2F"));
  }
}
