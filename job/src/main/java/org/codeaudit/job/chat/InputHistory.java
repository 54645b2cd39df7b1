package org.codeaudit.job.chat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import org.codeaudit.disk.UserCache;
import org.codeaudit.finding.SecretRedactor;
import org.jline.reader.impl.history.DefaultHistory;

/** What was typed before, without the secrets in it. */
final class InputHistory extends DefaultHistory {

  /** The file that keeps it, in a folder for the user alone; empty if there can be none. */
  static Optional<Path> file() {
    Path folder = UserCache.ours("chat");
    try {
      Files.createDirectories(folder);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
      return Optional.of(folder.resolve("history"));
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty(); // the conversation works without
    }
  }

  @Override
  public void add(Instant time, String line) {
    super.add(time, SecretRedactor.SHAPES.redact(line));
  }
}
