package org.codeaudit.bench.measure;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.codeaudit.AuditException;

/** A fresh process with this one's virtual machine, options and class path. */
public final class ChildJvm {
  private static final int LINES = 3;

  /** As long as nobody waits. */
  public static final Duration FOREVER = Duration.ofDays(10_000);

  private ChildJvm() {}

  /**
   * Runs a main class to its end, however long that takes.
   *
   * @param log takes what it prints
   * @return its exit code
   */
  public static int run(
      Class<?> main, Map<String, String> environment, Path log, String... arguments)
      throws IOException {
    return run(main, environment, log, FOREVER, arguments)
        .orElseThrow(() -> new IOException("forever is over"));
  }

  /**
   * Runs a main class to its end, or ends it with all it began.
   *
   * @param log takes what it prints
   * @param limit how long it may take
   * @return its exit code; empty if it took longer
   */
  public static OptionalInt run(
      Class<?> main, Map<String, String> environment, Path log, Duration limit, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      boolean agent = option.startsWith("-agent") || option.startsWith("-javaagent");
      if (!agent) {
        command.add(option);
      }
    }
    command.add(main.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.environment().put("CLASSPATH", classPath());
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)
          ? OptionalInt.of(process.exitValue())
          : OptionalInt.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a model was measured", e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().onExit().join(); // its memory is the next one's
    }
  }

  /** The class path; launchers that load the project by themselves leave it out there. */
  private static String classPath() {
    Set<String> places = new LinkedHashSet<>();
    for (Class<?> known : List.of(ChildJvm.class, AuditException.class)) {
      places.add(
          Path.of(URI.create(known.getProtectionDomain().getCodeSource().getLocation().toString()))
              .toString());
    }
    places.add(System.getProperty("java.class.path"));
    return String.join(File.pathSeparator, places);
  }

  /** Why a process ended without doing its work. */
  public static String death(int exitCode, Path log) throws IOException {
    String signal =
        switch (exitCode) {
          case 137 -> " (killed: the system may have run out of memory)";
          case 134 -> " (aborted by native code)";
          case 139 -> " (a segmentation fault in native code)";
          default -> "";
        };
    List<String> lines = Files.readAllLines(log).stream().filter(line -> !line.isBlank()).toList();
    String last =
        String.join(" / ", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
    return "the process ended with " + exitCode + signal + (last.isEmpty() ? "" : ": " + last);
  }
}
