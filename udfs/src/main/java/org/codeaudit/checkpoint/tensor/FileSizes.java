package org.codeaudit.checkpoint.tensor;

import java.io.IOException;
import java.nio.file.Files;
import org.codeaudit.checkpoint.file.CheckpointErrors;

/**
 * Ensures that nobody maps a part of a file that is not there: touching such a page would end the
 * process.
 */
public final class FileSizes {
  private FileSizes() {}

  /**
   * The bytes of a tensor's file now.
   *
   * @throws org.codeaudit.AuditException {@code CHECKPOINT_TRUNCATED} if the file no longer
   *     contains the whole tensor; {@code CHECKPOINT_UNREADABLE} if it is gone
   */
  public static long containing(TensorInfo tensor) {
    long size;
    try {
      size = Files.size(tensor.file());
    } catch (IOException e) {
      throw CheckpointErrors.unreadable(tensor.file(), e);
    }
    if (tensor.offset() + tensor.bytes() > size) {
      throw CheckpointErrors.truncated(
          tensor.file(),
          "It has become shorter since it was opened: it now has "
              + size
              + " bytes, and "
              + tensor.name()
              + " ends at "
              + (tensor.offset() + tensor.bytes()));
    }
    return size;
  }
}
