package org.codeaudit.job.source.git;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.codeaudit.job.source.mirror.MirrorSettings;
import org.codeaudit.job.source.row.FormatOptions;
import org.codeaudit.job.source.row.RemoteUrl;
import org.codeaudit.job.source.skip.ReadLimits;

/**
 * The options of {@code format("git")}; docs/sources.md explains them.
 *
 * @param list repositories besides {@code paths}
 * @param range {@code A..B}, {@code A} (for {@code A..HEAD}) or {@code A^!} (that commit alone)
 * @param commits how many of the last commits; used without a range
 */
record GitOptions(
    List<String> paths,
    Optional<RepositoryList> list,
    MirrorSettings mirrors,
    Mode mode,
    Optional<String> range,
    int commits,
    OptionalInt commitsPerPartition,
    OptionalInt filesPerPartition,
    ReadLimits limits) {

  /** What rows a repository gives: its changes, or the files as they are. */
  enum Mode {
    DIFF,
    FILE
  }

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
          "filesPerPartition",
          "list",
          "listFormat",
          "urlColumn",
          "rangeColumn",
          "mirrorCache",
          "mirrorCacheGigabytes",
          "gitCredentials",
          "gitTimeoutSeconds");

  private static final int DEFAULT_CACHE_GIGABYTES = 50;
  private static final int DEFAULT_TIMEOUT_SECONDS = 300;

  static GitOptions of(Map<String, String> map) {
    FormatOptions options = new FormatOptions("git", map, KNOWN);
    Optional<RepositoryList> list = list(options);
    List<String> paths = options.paths(list.isEmpty());
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
            list,
            mirrors(options),
            mode,
            range,
            all ? Integer.MAX_VALUE : options.number("commits", 1, 1),
            options.number("commitsPerPartition", 1),
            options.number("filesPerPartition", 1),
            new ReadLimits(
                options.number("maxBytes", ReadLimits.DEFAULT_MAX_BYTES, 1),
                options.number("maxDiffBytes", ReadLimits.DEFAULT_MAX_BYTES, 1),
                options.number("context", 3, 0),
                options.flag("merges")));
    options.check();
    return result;
  }

  private static Optional<RepositoryList> list(FormatOptions options) {
    Optional<String> path = options.text("list");
    String format = options.text("listFormat").orElse("text");
    for (String column : List.of("urlColumn", "rangeColumn")) {
      if (format.equals("text") && options.text(column).isPresent()) {
        options.problem("`" + column + "` needs a `listFormat` with columns");
      }
    }
    if (path.isEmpty() && options.text("listFormat").isPresent()) {
      options.problem("`listFormat` is given without `list`");
    }
    return path.map(
        given ->
            new RepositoryList(
                given,
                format,
                options.text("urlColumn").orElse("url"),
                options.text("rangeColumn")));
  }

  private static MirrorSettings mirrors(FormatOptions options) {
    return new MirrorSettings(
        options.text("mirrorCache").orElse(""),
        (long) options.number("mirrorCacheGigabytes", DEFAULT_CACHE_GIGABYTES, 1) << 30,
        options.number("gitTimeoutSeconds", DEFAULT_TIMEOUT_SECONDS, 1),
        options.text("gitCredentials").orElse(""));
  }

  /** The paths, without secrets, for people. */
  String shown() {
    List<String> shown = new ArrayList<>(paths);
    list.ifPresent(named -> shown.add(named.path()));
    return RemoteUrl.withoutSecrets(String.join(", ", shown));
  }
}
