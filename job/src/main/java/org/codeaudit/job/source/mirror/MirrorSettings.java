package org.codeaudit.job.source.mirror;

import java.io.Serializable;
import java.nio.file.Path;
import org.codeaudit.disk.UserCache;

/**
 * How executors keep copies of remote repositories.
 *
 * @param folder where a node keeps them; empty for the user's cache folder there
 * @param maxBytes what they may take together
 * @param timeoutSeconds how long a transfer may make no progress
 * @param credentials a file as {@code git credential-store} reads it; empty for git's own helpers
 */
public record MirrorSettings(String folder, long maxBytes, int timeoutSeconds, String credentials)
    implements Serializable {

  /** The folder on the machine that asks. */
  Path place() {
    if (!folder.isEmpty()) {
      return Path.of(folder).toAbsolutePath().normalize();
    }
    return UserCache.ours("mirrors").toAbsolutePath();
  }
}
