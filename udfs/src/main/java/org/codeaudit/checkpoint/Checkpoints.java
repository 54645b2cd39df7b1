package org.codeaudit.checkpoint;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.codeaudit.checkpoint.file.CheckpointErrors;
import org.codeaudit.checkpoint.safetensors.SafetensorsFolder;

/** Opens checkpoints. */
public final class Checkpoints {
  private static final String CONFIG = "config.json";

  private Checkpoints() {}

  /**
   * Opens a Hugging Face folder, a {@code .gguf} file, or a folder that holds exactly one such file
   * and no {@code config.json}. Headers, configuration and the names and shapes of all tensors are
   * checked; no weights are read.
   *
   * @return the checkpoint; the caller closes it
   * @throws org.codeaudit.AuditException if there is no checkpoint, it is damaged, its weights do
   *     not belong to its configuration, or it needs something that is not supported
   */
  public static Checkpoint open(Path path) {
    if (Files.isDirectory(path)) {
      return Files.exists(path.resolve(CONFIG))
          ? HuggingFaceFolder.open(path)
          : GgufModel.open(onlyGguf(path));
    }
    if (!Files.exists(path)) {
      throw CheckpointErrors.notFound(
          path,
          "There is no such file or folder",
          "Give the path of a Hugging Face folder or of a GGUF file");
    }
    String name = String.valueOf(path.getFileName());
    if (!name.endsWith(".gguf")) {
      throw CheckpointErrors.notFound(
          path,
          "It is a file whose name does not end in .gguf",
          "Give the folder that holds " + CONFIG + ", or a GGUF file");
    }
    return GgufModel.open(path);
  }

  /**
   * Opens a checkpoint whose revision is known better than its headers can tell, such as the commit
   * it was fetched at.
   *
   * @param revision what {@link Checkpoint#revision()} will be
   */
  public static Checkpoint open(Path path, String revision) {
    return ((OpenCheckpoint) open(path)).known(revision);
  }

  private static Path onlyGguf(Path folder) {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.gguf")) {
      found.forEach(files::add);
    } catch (IOException e) {
      throw CheckpointErrors.unreadable(folder, e);
    }
    if (files.isEmpty()) {
      throw CheckpointErrors.notFound(
          folder,
          "It has neither "
              + CONFIG
              + " nor a GGUF file; its files are "
              + SafetensorsFolder.listing(folder),
          "Give the folder that holds " + CONFIG + ", or a GGUF file");
    }
    if (files.size() > 1) {
      throw CheckpointErrors.notFound(
          folder,
          "It has no "
              + CONFIG
              + " and more than one GGUF file: "
              + files.stream().map(file -> String.valueOf(file.getFileName())).sorted().toList(),
          "Give the path of one of these files");
    }
    return files.get(0);
  }
}
