package org.codeaudit.job.source;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The options of {@code format("git")}; docs/sources.md explains them.
 *
 * @param range {@code A..B}, {@code A} (for {@code A..HEAD}) or {@code A^!} (that commit alone)
 * @param commits how many of the last commits; used without a range
 */
record GitOptions(
    List<String> paths,
    Mode mode,
    Optional<String> range,
    int commits,
    int commitsPerPartition,
    int filesPerPartition,
    Limits limits) {

  /** What rows a repository gives: its changes, or the files as they are. */
  enum Mode {
    DIFF,
    FILE
  }

  /**
   * What executors need to know.
   *
   * @param maxBytes size in bytes over which a file is skipped
   * @param maxDiffCharacters length of a file's hunks over which it is skipped
   * @param contextLines unchanged lines around a change
   * @param merges whether merges are compared with their first parent
   */
  record Limits(int maxBytes, int maxDiffCharacters, int contextLines, boolean merges)
      implements Serializable {}

  static final int DEFAULT_MAX_BYTES = 1 << 20;
  private static final Set<String> KNOWN =
      Set.of(
          "path",
          "paths",
          "mode",
          "range",
          "commits",
          "maxBytes",
          "maxDiffBytes",
          "context",
          "merges",
          "commitsPerPartition",
          "filesPerPartition");

  static GitOptions of(Map<String, String> map) {
    SourceOptions options = new SourceOptions("git", map, KNOWN);
    List<String> paths = options.paths();
    Mode mode =
        options.oneOf("mode", List.of("diff", "file")).equals("file") ? Mode.FILE : Mode.DIFF;
    Optional<String> range = options.text("range");
    Optional<String> commits = options.text("commits");
    if (commits.isPresent() && range.isPresent()) {
      options.problem("`range` and `commits` exclude each other");
    }
    if (commits.isPresent() && mode == Mode.FILE) {
      options.problem("`commits` has no meaning with mode `file`; use `range` to name a revision");
    }
    boolean all = commits.filter("all"::equals).isPresent();
    GitOptions result =
        new GitOptions(
            paths,
            mode,
            range,
            all ? Integer.MAX_VALUE : options.number("commits", 1, 1),
            options.number("commitsPerPartition", 16, 1),
            options.number("filesPerPartition", 64, 1),
            new Limits(
                options.number("maxBytes", DEFAULT_MAX_BYTES, 1),
                options.number("maxDiffBytes", DEFAULT_MAX_BYTES, 1),
                options.number("context", 3, 0),
                options.flag("merges")));
    options.check();
    return result;
  }
}
