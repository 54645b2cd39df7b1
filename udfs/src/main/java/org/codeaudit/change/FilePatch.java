package org.codeaudit.change;

import java.util.List;
import java.util.Optional;
import org.codeaudit.AuditException;

/**
 * What a patch says about one file. Exactly one of three holds: it has a {@code diff}, a {@code
 * skipReason}, or an {@code error}; a deleted file has both its diff and a skip reason.
 *
 * @param commitId the commit the patch says it was made from, if it does
 * @param path path in the new tree (the old one for a deleted file), without {@code a/} and {@code
 *     b/}
 * @param oldPath where the file came from, if renamed or copied
 * @param diff the hunks' text from the first {@code @@} on, lines ended by {@code \n}; empty if
 *     there are none, or with an error, or if longer than the parser's limit
 * @param diffCharacters length of the whole diff, also where {@code diff} was left out as too long
 * @param line 1-based line of the patch at which this file's part begins
 * @param skipReason why there is nothing to review, in a few lower-case words
 * @param error what is wrong with this part of the patch, naming the patch and the line
 */
public record FilePatch(
    Optional<String> commitId,
    String path,
    Optional<String> oldPath,
    ChangeKind kind,
    String diff,
    long diffCharacters,
    int line,
    Optional<String> skipReason,
    Optional<AuditException> error) {

  /** The hunks of {@link #diff}. */
  public List<Hunk> hunks() {
    return UnifiedDiffParser.hunks(diff);
  }
}
