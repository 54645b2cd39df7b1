package org.codeaudit.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What Linux tells a process about itself, in the files of {@code proc(5)}. */
public final class ProcessFiles {
  private static final Path FOLDER = Path.of("/proc/self");

  private ProcessFiles() {}

  /** Bytes this process had read from disks so far; 0 where the system does not say. */
  public static long bytesRead() {
    return number("io", "read_bytes:");
  }

  /** A line of {@code status} such as {@code RssAnon:}, in bytes; 0 where there is none. */
  public static long status(String name) {
    return 1024 * number("status", name);
  }

  /** Makes {@code VmHWM:} begin again at the present size. */
  public static void resetPeak() {
    write(FOLDER.resolve("clear_refs"), "5");
  }

  /** Writes one of the kernel's files; returns false if that is not permitted. */
  public static boolean write(Path file, String text) {
    try {
      Files.writeString(file, text);
      return true;
    } catch (IOException | SecurityException e) {
      return false;
    }
  }

  private static long number(String file, String name) {
    try {
      return Files.readAllLines(FOLDER.resolve(file)).stream()
          .filter(line -> line.startsWith(name))
          .findFirst()
          .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .orElse(0L);
    } catch (IOException e) {
      return 0;
    }
  }

  /** Memory and processors of this machine, for people. */
  public static List<String> processor() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .distinct()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
