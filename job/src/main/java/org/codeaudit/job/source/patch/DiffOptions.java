package org.codeaudit.job.source.patch;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.codeaudit.job.source.row.FormatOptions;
import org.codeaudit.job.source.skip.ReadLimits;

/**
 * The options of {@code format("diff")}; docs/sources.md explains them.
 *
 * @param repository what to write into the column {@code repository} in place of the patch's name
 */
record DiffOptions(
    List<String> paths,
    Optional<String> repository,
    int maxDiffCharacters,
    OptionalInt filesPerPartition) {
  private static final Set<String> KNOWN =
      Set.of("path", "paths", "repository", "maxDiffBytes", "filesPerPartition");

  static DiffOptions of(Map<String, String> map) {
    FormatOptions options = new FormatOptions("diff", map, KNOWN);
    DiffOptions result =
        new DiffOptions(
            options.paths(true),
            options.text("repository"),
            options.number("maxDiffBytes", ReadLimits.DEFAULT_MAX_BYTES, 1),
            options.number("filesPerPartition", 1));
    options.check();
    return result;
  }
}
