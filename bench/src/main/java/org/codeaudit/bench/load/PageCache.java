package org.codeaudit.bench.load;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.codeaudit.bench.measure.ProcessFiles;

/**
 * Makes the system forget what it holds of files, so that the next read comes from the disk.
 * Without privileges {@code dd} can ask that for single files ({@code posix_fadvise}); root may
 * also drop the whole cache. A disk's own cache, or that of the host of a virtual machine, is out
 * of reach.
 */
final class PageCache {
  /** How much of files may stay for them to count as forgotten. */
  private static final double MOST_LEFT = 0.02;

  private static final int MINUTES = 5;
  private static final Path DROP_ALL = Path.of("/proc/sys/vm/drop_caches");

  private PageCache() {}

  /**
   * Drops files.
   *
   * @return how it was done; empty if it is not permitted here
   */
  static Optional<String> drop(Collection<Path> files) throws IOException {
    boolean advised = true;
    for (Path file : files) {
      try (FileChannel channel = FileChannel.open(file)) {
        // what still has to be written cannot be dropped
        channel.force(true);
      }
      advised &= run("dd", "if=" + file, "iflag=nocache", "count=0", "status=none").isPresent();
    }
    if (advised && left(files) <= MOST_LEFT) {
      return Optional.of("dd iflag=nocache");
    }
    boolean dropped = ProcessFiles.write(DROP_ALL, "1");
    return dropped && left(files) <= MOST_LEFT
        ? Optional.of(DROP_ALL.toString())
        : Optional.empty();
  }

  /** The part of files that is in the cache; 0 where there is no way to know. */
  private static double left(Collection<Path> files) throws IOException {
    List<String> command = new ArrayList<>(List.of("fincore", "-b", "-n", "-o", "RES"));
    long all = 0;
    for (Path file : files) {
      command.add(file.toString());
      all += Files.size(file);
    }
    long cached =
        run(command.toArray(String[]::new))
            .map(output -> output.lines().mapToLong(line -> Long.parseLong(line.strip())).sum())
            .orElse(0L);
    return all == 0 ? 0 : (double) cached / all;
  }

  /** What a command printed; empty if it failed or is not there. */
  private static Optional<String> run(String... command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String output = new String(process.getInputStream().readAllBytes());
      boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
      return ended && process.exitValue() == 0 ? Optional.of(output) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
