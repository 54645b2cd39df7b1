package org.codeaudit.job.source.patch;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;

/** A patch that is going to be read on an executor. */
interface PatchInput extends Serializable {

  /** Its name in messages. */
  String place();

  /** What the column {@code repository} says. */
  String repository();

  /** Its size; 0 if it is not known. */
  long bytes();

  /** Its bytes from the first one on; the caller closes the stream. */
  InputStream open() throws IOException;

  /**
   * A file that every executor opens itself.
   *
   * @param place absolute path
   */
  record OnDisk(String place, String repository) implements PatchInput {
    @Override
    public long bytes() {
      try {
        return Files.size(Path.of(place));
      } catch (IOException unreadable) {
        return 0; // whoever reads it will say so
      }
    }

    @Override
    public InputStream open() throws IOException {
      return Files.newInputStream(Path.of(place));
    }
  }
}
