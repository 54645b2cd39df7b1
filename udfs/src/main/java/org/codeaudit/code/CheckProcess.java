package org.codeaudit.code;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.codeaudit.code.CheckOutcome.Status;

/**
 * One command in a session of its own, so that everything it begins can be found and killed. It
 * sees none of this process's environment but the path of programs.
 */
final class CheckProcess {
  /** No core dumps; files of at most 64 MiB (in blocks of 512 bytes). */
  private static final String LIMITS = "ulimit -c 0; ulimit -f 131072; ";

  private static final long POLL_MILLIS = 20;
  private static final long MOST_OUTPUT = 1 << 20;
  private static final int KEPT_OUTPUT = 4 << 10;

  private final Process process;
  private final Path output;
  private final CheckCommands limits;
  private final long begun = System.nanoTime();

  private CheckProcess(Process process, Path output, CheckCommands limits) {
    this.process = process;
    this.output = output;
    this.limits = limits;
  }

  /**
   * Runs a command to its end or to one of its limits.
   *
   * @param file its argument, seen from the folder
   * @param folder where it works; its output is kept beside that
   */
  static CheckOutcome run(String command, Path file, Path folder, CheckCommands limits)
      throws IOException {
    Path output = folder.resolveSibling("output");
    ProcessBuilder builder =
        new ProcessBuilder("setsid", "sh", "-c", LIMITS + command, "check", file.toString())
            .directory(folder.toFile())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    setUp(builder.environment(), folder);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return new CheckOutcome(Status.NOT_STARTED, OptionalInt.empty(), 0, e.getMessage());
    }
    CheckProcess check = new CheckProcess(process, output, limits);
    try {
      return check.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new InterruptedIOException("The task was interrupted"));
    } finally {
      new ProcessSession(process).kill();
    }
  }

  private static void setUp(Map<String, String> environment, Path folder) {
    String path = environment.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
    environment.clear();
    environment.put("PATH", path);
    environment.put("HOME", folder.toString());
    environment.put("TMPDIR", folder.toString());
    environment.put("LC_ALL", "C.UTF-8");
  }

  private CheckOutcome await() throws InterruptedException, IOException {
    ProcessSession session = new ProcessSession(process);
    while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
      if (System.nanoTime() - begun > limits.time().toNanos()) {
        return outcome(Status.TIME, OptionalInt.empty());
      }
      if (session.residentBytes() > limits.memoryBytes()) {
        return outcome(Status.MEMORY, OptionalInt.empty());
      }
      if (Files.size(output) > MOST_OUTPUT) {
        return outcome(Status.OUTPUT, OptionalInt.empty());
      }
    }
    if (Files.size(output) > MOST_OUTPUT) {
      return outcome(Status.OUTPUT, OptionalInt.empty());
    }
    int code = process.exitValue();
    return outcome(code == 0 ? Status.PASSED : Status.FAILED, OptionalInt.of(code));
  }

  private CheckOutcome outcome(Status status, OptionalInt code) throws IOException {
    return new CheckOutcome(status, code, System.nanoTime() - begun, end());
  }

  private String end() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(output.toFile(), "r")) {
      byte[] bytes = new byte[(int) Math.min(file.length(), KEPT_OUTPUT)];
      file.seek(file.length() - bytes.length);
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
