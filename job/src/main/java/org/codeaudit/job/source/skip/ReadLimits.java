package org.codeaudit.job.source.skip;

import java.io.Serializable;

/**
 * How much of a repository's files is read, and what changes are compared with.
 *
 * @param maxBytes size in bytes over which a file is skipped
 * @param maxDiffCharacters length of a file's hunks over which it is skipped
 * @param contextLines unchanged lines around a change
 * @param merges whether merges are compared with their first parent
 */
public record ReadLimits(int maxBytes, int maxDiffCharacters, int contextLines, boolean merges)
    implements Serializable {
  /** Files of more bytes than this are rarely written by hand. */
  public static final int DEFAULT_MAX_BYTES = 1 << 20;
}
