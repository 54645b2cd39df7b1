package org.codeaudit.change;

import java.util.List;
import java.util.Optional;

/**
 * One file of one commit or patch that is to be reviewed.
 *
 * @param path path in the new tree (the old one for a deleted file), with forward slashes
 * @param oldPath where it came from, if renamed or copied
 * @param language lower-case language name, e.g. {@code java}, if known
 * @param hunks what changed, in file order; empty for {@link ChangeKind#FILE}
 * @param content the whole new file, if at hand (always for {@link ChangeKind#FILE})
 */
public record FileChange(
    String path,
    Optional<String> oldPath,
    Optional<String> language,
    ChangeKind kind,
    List<Hunk> hunks,
    Optional<String> content) {

  public FileChange {
    hunks = List.copyOf(hunks);
  }
}
