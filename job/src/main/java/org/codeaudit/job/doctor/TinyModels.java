package org.codeaudit.job.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.codeaudit.checkpoint.SyntheticCheckpoint;
import org.codeaudit.disk.FolderTree;

/**
 * Small models with made-up weights, one for each kind of layer, in a folder that is deleted with
 * this.
 */
final class TinyModels implements AutoCloseable {
  private final Path folder;

  private TinyModels(Path folder) {
    this.folder = folder;
  }

  static TinyModels write() throws IOException {
    TinyModels models = new TinyModels(Files.createTempDirectory("audit-doctor-"));
    SyntheticCheckpoint.ofShape("tiny").write(models.dense(), 0);
    SyntheticCheckpoint.of(config("experts")).write(models.experts(), 0);
    SyntheticCheckpoint.of(config("recurrent")).write(models.recurrent(), 0);
    return models;
  }

  private static String config(String name) throws IOException {
    try (InputStream stream = TinyModels.class.getResourceAsStream(name + ".json")) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Attention and feed-forward layers. */
  Path dense() {
    return folder.resolve("dense");
  }

  /** With experts. */
  Path experts() {
    return folder.resolve("experts");
  }

  /** With linear attention and a shared expert too. */
  Path recurrent() {
    return folder.resolve("recurrent");
  }

  @Override
  public void close() throws IOException {
    FolderTree.delete(folder);
  }
}
