package org.codeaudit.checkpoint.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.codeaudit.Hashes;

/** Builds the hash that names a checkpoint: beginnings of files, each with its name and size. */
public final class Revision {
  private final MessageDigest digest = Hashes.sha256();

  /** Adds a whole file where it exists. */
  public Revision addIfPresent(Path file) {
    return Files.isRegularFile(file) ? add(file, Long.MAX_VALUE) : this;
  }

  /** Adds the name and size of a file and its first bytes. */
  public Revision add(Path file, long firstBytes) {
    try (InputStream in = Files.newInputStream(file)) {
      text(file.getFileName() + " " + Files.size(file) + " " + firstBytes + "\n");
      byte[] buffer = new byte[1 << 16];
      long left = firstBytes;
      while (left > 0) {
        int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (read < 0) {
          break;
        }
        digest.update(buffer, 0, read);
        left -= read;
      }
      return this;
    } catch (IOException e) {
      throw CheckpointErrors.unreadable(file, e);
    }
  }

  private void text(String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
  }

  /** 64 hexadecimal digits; call once. */
  public String hex() {
    return Hashes.hex(digest);
  }
}
