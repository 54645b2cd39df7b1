package org.codeaudit.job.source.patch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.job.source.row.ChangePartition;
import org.codeaudit.job.source.row.SourcePaths;
import org.codeaudit.job.source.row.SourcePlan;
import org.codeaudit.job.source.row.TokenShares;

/**
 * Lists patches on the driver. A file that is named is taken; in folders the extension decides.
 * What comes through a pipe is read here.
 */
final class DiffPlanner {
  private static final List<String> EXTENSIONS = List.of(".patch", ".diff", ".mbox");

  private DiffPlanner() {}

  /**
   * @throws AuditException {@code SOURCE_PATH} if a path does not exist or holds no patches, {@code
   *     SOURCE_UNREADABLE} for a pipe that cannot be read
   */
  static SourcePlan plan(DiffOptions options, SparkSession spark) {
    Set<String> places = new LinkedHashSet<>();
    options.paths().forEach(path -> places.addAll(places(path)));
    List<PatchInput> named = named(List.copyOf(places), options, spark);
    int slots = spark.sparkContext().defaultParallelism();
    List<ChangePartition> partitions = new ArrayList<>();
    int start = 0;
    for (int end : ends(named, options, slots)) {
      partitions.add(
          new DiffPartition(List.copyOf(named.subList(start, end)), options.maxDiffCharacters()));
      start = end;
    }
    return new SourcePlan(partitions, named.size());
  }

  /** The absolute paths of the files a path stands for, or what a pipe is called. */
  private static List<String> places(String path) {
    if (PipedPatch.isPiped(path)) {
      return List.of(PipedPatch.isStandardInput(path) ? PipedPatch.STANDARD_INPUT : path);
    }
    List<String> files =
        SourcePaths.expand(path).stream()
            .flatMap(
                match -> Files.isDirectory(match) ? patchesBelow(match).stream() : Stream.of(match))
            .map(Path::toString)
            .toList();
    if (files.isEmpty()) {
      throw new AuditException(
          ErrorClass.SOURCE_PATH,
          "There are no patches in " + path,
          "No file in it or below ends in " + String.join(", ", EXTENSIONS),
          "Name the files, or give them one of these extensions");
    }
    return files;
  }

  /** Where partitions end, exclusive. */
  private static List<Integer> ends(List<PatchInput> patches, DiffOptions options, int slots) {
    if (options.filesPerPartition().isPresent()) {
      int size = Math.min(options.filesPerPartition().getAsInt(), Math.max(1, patches.size()));
      return IntStream.rangeClosed(1, (patches.size() + size - 1) / size)
          .map(partition -> Math.min(patches.size(), partition * size))
          .boxed()
          .toList();
    }
    long[] tokens = patches.stream().mapToLong(patch -> TokenShares.ofRow(patch.bytes())).toArray();
    return TokenShares.cut(tokens, TokenShares.share(LongStream.of(tokens).sum(), slots));
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

  /** Patches are called by their names; where two have the same, by their places. */
  private static List<PatchInput> named(
      List<String> places, DiffOptions options, SparkSession spark) {
    Map<String, Long> count =
        places.stream().collect(Collectors.groupingBy(DiffPlanner::name, Collectors.counting()));
    List<PatchInput> patches = new ArrayList<>();
    for (String place : places) {
      String unique = count.get(name(place)) > 1 ? place : name(place);
      String repository = options.repository().orElse(unique);
      patches.add(
          PipedPatch.isPiped(place)
              ? PipedPatch.read(place, repository, spark)
              : new PatchInput.OnDisk(place, repository));
    }
    return patches;
  }

  private static String name(String place) {
    return PipedPatch.isPiped(place)
        ? PipedPatch.name(place)
        : Path.of(place).getFileName().toString();
  }
}
