package org.codeaudit.fetch;

import java.nio.file.Path;
import java.util.Optional;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.Checkpoints;

/**
 * A model on this machine.
 *
 * @param path a Hugging Face folder or a GGUF file
 * @param revision what its store calls this version; empty if that follows from its content
 */
public record LocalModel(Path path, Optional<String> revision) {

  /** Opens and checks it; the caller closes it. */
  public Checkpoint open() {
    return revision.isPresent() ? Checkpoints.open(path, revision.get()) : Checkpoints.open(path);
  }
}
