package org.codeaudit.job.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.codeaudit.AuditException;

/**
 * Lists patch files on the driver. A file that is named is taken; in folders the extension decides.
 */
final class DiffPlanner {
  private static final List<String> EXTENSIONS = List.of(".patch", ".diff", ".mbox");

  private DiffPlanner() {}

  /**
   * @param slots tasks that run at once
   * @throws AuditException {@code SOURCE_PATH} if a path does not exist or holds no patches
   */
  static SourcePlan plan(DiffOptions options, int slots) {
    List<Path> files = new ArrayList<>();
    for (String path : options.paths()) {
      int before = files.size();
      for (Path match : SourcePaths.expand(path)) {
        files.addAll(Files.isDirectory(match) ? patchesBelow(match) : List.of(match));
      }
      if (files.size() == before) {
        throw new AuditException(
            "SOURCE_PATH",
            "There are no patches in " + path,
            "No file in it or below ends in " + String.join(", ", EXTENSIONS),
            "Name the files, or give them one of these extensions");
      }
    }
    List<DiffPartition.PatchFile> named = named(files.stream().distinct().toList(), options);
    List<Integer> ends = ends(named, options, slots);
    List<ChangePartition> partitions = new ArrayList<>();
    int start = 0;
    for (int end : ends) {
      partitions.add(
          new DiffPartition(List.copyOf(named.subList(start, end)), options.maxDiffCharacters()));
      start = end;
    }
    return new SourcePlan(partitions, named.size());
  }

  /** Where partitions end, exclusive. */
  private static List<Integer> ends(
      List<DiffPartition.PatchFile> files, DiffOptions options, int slots) {
    if (options.filesPerPartition().isPresent()) {
      int size = Math.min(options.filesPerPartition().getAsInt(), Math.max(1, files.size()));
      return IntStream.rangeClosed(1, (files.size() + size - 1) / size)
          .map(partition -> Math.min(files.size(), partition * size))
          .boxed()
          .toList();
    }
    long[] tokens = files.stream().mapToLong(file -> TokenShares.ofRow(bytes(file))).toArray();
    return TokenShares.cut(tokens, TokenShares.share(LongStream.of(tokens).sum(), slots));
  }

  private static long bytes(DiffPartition.PatchFile file) {
    try {
      return Files.size(Path.of(file.path()));
    } catch (IOException unreadable) {
      return 0; // who reads it will say so
    }
  }

  private static List<Path> patchesBelow(Path folder) {
    return SourcePaths.tree(folder).stream()
        .flatMap(below -> SourcePaths.children(below).stream())
        .filter(file -> Files.isRegularFile(file) && hasExtension(file))
        .toList();
  }

  private static boolean hasExtension(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return EXTENSIONS.stream().anyMatch(name::endsWith);
  }

  /** Files are called by their names; where two have the same, by their paths. */
  private static List<DiffPartition.PatchFile> named(List<Path> files, DiffOptions options) {
    Map<String, Long> count =
        files.stream()
            .collect(Collectors.groupingBy(f -> f.getFileName().toString(), Collectors.counting()));
    return files.stream()
        .map(
            file -> {
              String name = file.getFileName().toString();
              String unique = count.get(name) > 1 ? file.toString() : name;
              return new DiffPartition.PatchFile(
                  file.toString(), options.repository().orElse(unique));
            })
        .toList();
  }
}
