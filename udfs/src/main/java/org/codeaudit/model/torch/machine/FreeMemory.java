package org.codeaudit.model.torch.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * The memory that this process can take without swapping: the kernel's estimate for the machine, or
 * less if the process is in a container (a control group) with a limit of its own.
 *
 * @param processes the folder {@code /proc}
 * @param groups the folder {@code /sys/fs/cgroup}
 */
record FreeMemory(Path processes, Path groups) {
  /** The memory of the machine that this process runs on. */
  static final FreeMemory HERE = new FreeMemory(Path.of("/proc"), Path.of("/sys/fs/cgroup"));

  /** Names of the files of one version of control groups. */
  private record Names(String folder, String limit, String used, String prefix) {}

  private static final List<Names> VERSIONS =
      List.of(
          new Names("", "memory.max", "memory.current", ""),
          new Names("memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_"));

  /** Bytes that are free now; the JVM's own limit where the system says nothing. */
  long bytes() {
    long machine =
        number(processes.resolve("meminfo"), "MemAvailable:").stream()
            .map(kibibytes -> 1024 * kibibytes)
            .findFirst()
            .orElse(Runtime.getRuntime().maxMemory());
    return VERSIONS.stream()
        .flatMapToLong(names -> ofGroup(names).stream())
        .reduce(machine, Math::min);
  }

  /** What a group's limit leaves; cached files count as free, as the kernel does for a machine. */
  private OptionalLong ofGroup(Names names) {
    Path folder = groups.resolve(names.folder());
    OptionalLong limit = number(folder.resolve(names.limit()), "");
    OptionalLong used = number(folder.resolve(names.used()), "");
    if (limit.isEmpty() || used.isEmpty()) {
      return OptionalLong.empty();
    }
    long reclaimable =
        number(folder.resolve("memory.stat"), names.prefix() + "inactive_file ").orElse(0)
            + number(folder.resolve("memory.stat"), names.prefix() + "active_file ").orElse(0);
    return OptionalLong.of(Math.max(0, limit.getAsLong() - used.getAsLong() + reclaimable));
  }

  /** The number behind a word that begins a line of a file; empty if there is none. */
  private static OptionalLong number(Path file, String word) {
    if (!Files.isReadable(file)) {
      return OptionalLong.empty();
    }
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> line.startsWith(word))
          .map(line -> line.substring(word.length()).strip().split("\\s+")[0])
          .filter(
              text -> text.matches("\\d{1,18}")) // "max" is no limit, nor is more than an exabyte
          .mapToLong(Long::parseLong)
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
