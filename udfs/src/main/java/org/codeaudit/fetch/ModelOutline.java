package org.codeaudit.fetch;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.codeaudit.AuditException;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.Checkpoints;
import org.codeaudit.checkpoint.tensor.TensorInfo;
import org.codeaudit.disk.FolderTree;
import org.codeaudit.web.Patience;

/**
 * A model without its weights: its small files, and of the large ones the headers, in files that
 * have the size of the originals and holes where the weights would be. It can be checked and
 * described like the model itself, and takes megabytes where the model takes gigabytes.
 */
public final class ModelOutline implements AutoCloseable {
  private static final int SAFETENSORS_FIRST = 1 << 16;
  private static final long LONGEST_HEADER = 128 << 20; // of either format, by far
  private static final long GGUF_FIRST = 8 << 20;

  private final LocalModel model;
  private final Optional<Path> temporary;
  private final String reference;

  private ModelOutline(LocalModel model, Optional<Path> temporary, ModelReference reference) {
    this.model = model;
    this.temporary = temporary;
    this.reference = reference.toString();
  }

  /** Of a model that lies here: the model itself. */
  static ModelOutline here(LocalModel model, ModelReference reference) {
    return new ModelOutline(model, Optional.empty(), reference);
  }

  /** Fetches the small files and the headers into a folder that closing deletes. */
  static ModelOutline fetch(RemoteModel remote, Patience patience) {
    Path temporary;
    Path folder;
    try {
      temporary = Files.createTempDirectory("code-audit-outline");
      folder = Files.createDirectory(temporary.resolve(ModelCache.name(remote.reference())));
    } catch (IOException e) {
      Path place = Path.of(System.getProperty("java.io.tmpdir"));
      throw CacheErrors.notStored(remote.reference(), place, e);
    }
    try {
      List<RemoteFile> files = CheckpointFiles.of(remote, patience);
      for (RemoteFile file : files) {
        fetch(remote, file, folder, patience);
      }
      remote.confirm();
      boolean gguf = files.size() == 1 && CheckpointFiles.isGguf(files.get(0).name());
      Path path = gguf ? folder.resolve(files.get(0).name()) : folder;
      LocalModel model = new LocalModel(path, remote.revision());
      return new ModelOutline(model, Optional.of(temporary), remote.reference());
    } catch (Throwable failure) {
      delete(temporary);
      throw failure;
    }
  }

  private static void fetch(RemoteModel remote, RemoteFile file, Path folder, Patience patience) {
    try (Download download = new Download(remote, file, folder, patience, bytes -> {})) {
      if (!CheckpointFiles.holdsWeights(file)) {
        download.complete();
        return;
      }
      Path outline = folder.resolve(file.name());
      Files.createSymbolicLink(outline, Download.part(folder, file).getFileName());
      if (CheckpointFiles.isGguf(file.name())) {
        ggufHeader(download, file, outline);
      } else {
        safetensorsHeader(download, file, outline);
      }
    } catch (IOException e) {
      throw CacheErrors.notStored(remote.reference(), folder, e);
    }
  }

  /** The length of the header stands in its first eight bytes; nonsense is left to the checks. */
  private static void safetensorsHeader(Download download, RemoteFile file, Path outline)
      throws IOException {
    download.upTo(Math.min(file.size(), SAFETENSORS_FIRST));
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(outline)) {
      channel.read(length, 0);
    }
    long header = Long.BYTES + Math.max(0, Math.min(length.getLong(0), LONGEST_HEADER));
    download.upTo(Math.min(file.size(), header));
    stretch(outline, file.size());
  }

  /** Where the header ends shows only when it can be read: more is fetched until it can. */
  private static void ggufHeader(Download download, RemoteFile file, Path outline)
      throws IOException {
    for (long bytes = GGUF_FIRST; ; bytes *= 4) {
      download.upTo(Math.min(file.size(), bytes));
      stretch(outline, file.size());
      if (bytes >= file.size() || bytes >= LONGEST_HEADER || hasHeader(outline, bytes)) {
        return;
      }
    }
  }

  private static boolean hasHeader(Path gguf, long bytes) {
    try (Checkpoint checkpoint = Checkpoints.open(gguf)) {
      return checkpoint.tensors().values().stream().mapToLong(TensorInfo::offset).min().stream()
          .allMatch(header -> header <= bytes);
    } catch (AuditException e) {
      return false; // the real reason is found when everything is there
    }
  }

  private static void stretch(Path file, long size) throws IOException {
    try (RandomAccessFile outline = new RandomAccessFile(file.toFile(), "rw")) {
      outline.setLength(size);
    }
  }

  /**
   * Opens and checks it: the configuration, the tokenizer, the names, types and shapes of all
   * tensors. Close it before this. Its revision is that of the whole model; its tensors must not be
   * read.
   *
   * @throws AuditException if the model cannot be used
   */
  public Checkpoint open() {
    if (temporary.isEmpty()) {
      return model.open();
    }
    try {
      Checkpoint checkpoint = model.open();
      try {
        checkpoint.tokenizer();
        return checkpoint;
      } catch (Throwable failure) {
        checkpoint.close();
        throw failure;
      }
    } catch (AuditException e) {
      throw new AuditException(
          e.errorClass(),
          "Cannot use the model " + reference,
          e.getMessage().replace(temporary.get() + "/", ""),
          "Nothing of it was kept on this machine; choose another, or correct it where it lies",
          e);
    }
  }

  /** Deletes what was fetched for it. */
  @Override
  public void close() {
    temporary.ifPresent(ModelOutline::delete);
  }

  private static void delete(Path folder) {
    try {
      FolderTree.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
