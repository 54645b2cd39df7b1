package org.codeaudit.job.source.mirror;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.job.source.repository.GitFailure;
import org.codeaudit.job.source.row.RemoteUrl;

/**
 * The git program, for what goes over a network: it knows credential helpers, ssh and proxies. It
 * must never prompt, run hooks, enter submodules or use a protocol that runs commands.
 */
final class GitProgram {
  /** Settings that would take git to another repository, or have it print what it sends. */
  private static final Set<String> NOT_INHERITED =
      Set.of(
          "GIT_DIR",
          "GIT_WORK_TREE",
          "GIT_INDEX_FILE",
          "GIT_OBJECT_DIRECTORY",
          "GIT_ALTERNATE_OBJECT_DIRECTORIES",
          "GIT_NAMESPACE",
          "GIT_COMMON_DIR",
          "GIT_PROTOCOL",
          "GIT_CURL_VERBOSE",
          "SSH_ASKPASS",
          "LANGUAGE");

  private static final String SSH_MANNERS =
      " -o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=15 -o ServerAliveCountMax=4";
  private static final int LONGEST_OUTPUT = 32 << 10;
  private static final long POLL_MILLIS = 250;

  private final MirrorSettings settings;

  GitProgram(MirrorSettings settings) {
    this.settings = settings;
  }

  /**
   * Runs git in a bare repository; its output only matters if it fails.
   *
   * @param input lines for its standard input
   * @throws AuditException {@code GIT_PROGRAM} or {@code GIT_CREDENTIALS}
   * @throws GitFailure if it ends with an error, or prints nothing for too long
   * @throws UncheckedIOException with {@link InterruptedIOException} if the task was killed
   */
  void run(Path folder, List<String> input, String... arguments) throws IOException {
    checkCredentials();
    Path output = Files.createTempFile(folder.getParent(), "git", ".out");
    Path lines = Files.createTempFile(folder.getParent(), "git", ".in");
    try {
      Files.write(lines, input);
      ProcessBuilder builder =
          new ProcessBuilder(command(folder, arguments))
              .redirectInput(lines.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      setUp(builder.environment());
      int code = await(start(builder), output);
      if (code != 0) {
        throw GitFailure.of(code, end(output));
      }
    } finally {
      Files.deleteIfExists(output);
      Files.deleteIfExists(lines);
    }
  }

  private void checkCredentials() {
    String file = settings.credentials();
    if (!file.isEmpty() && !Files.isReadable(Path.of(file))) {
      throw new AuditException(
          ErrorClass.GIT_CREDENTIALS,
          "Repositories on servers cannot be read",
          "The file of credentials " + file + " is not there or may not be read",
          "Mount it on every executor, or leave the option `gitCredentials` out");
    }
  }

  private List<String> command(Path folder, String... arguments) {
    List<String> command = new ArrayList<>(List.of("git", "--git-dir=" + folder));
    List<String> configuration =
        new ArrayList<>(
            List.of(
                "core.hooksPath=/dev/null",
                "gc.auto=0",
                "maintenance.auto=false",
                "protocol.version=2",
                "protocol.ext.allow=never",
                "fetch.recurseSubmodules=false",
                "http.lowSpeedLimit=1",
                "http.lowSpeedTime=" + settings.timeoutSeconds()));
    if (!settings.credentials().isEmpty()) {
      // Only asked: git would also have it delete a password that a server refused.
      String file = "'" + settings.credentials().replace("'", "'\\''") + "'";
      configuration.add("credential.helper=");
      configuration.add(
          "credential.helper=!f() { test \"$1\" != get || git credential-store --file="
              + file
              + " get; }; f");
    }
    configuration.forEach(setting -> command.addAll(List.of("-c", setting)));
    command.addAll(List.of(arguments));
    return command;
  }

  private static void setUp(Map<String, String> environment) {
    environment
        .keySet()
        .removeIf(key -> NOT_INHERITED.contains(key) || key.startsWith("GIT_TRACE"));
    environment.put("LC_ALL", "C");
    environment.put("GIT_TERMINAL_PROMPT", "0");
    environment.put("GIT_ASKPASS", "");
    environment.put("SSH_ASKPASS_REQUIRE", "never");
    environment.put("GCM_INTERACTIVE", "never");
    environment.put("GIT_NO_LAZY_FETCH", "1");
    environment.put("GIT_ALLOW_PROTOCOL", String.join(":", RemoteUrl.PORTS.keySet()));
    if (!environment.containsKey("GIT_SSH")) {
      String ssh = environment.getOrDefault("GIT_SSH_COMMAND", SshCommand.CONFIGURED);
      environment.put("GIT_SSH_COMMAND", ssh + SSH_MANNERS);
    }
  }

  private static Process start(ProcessBuilder builder) {
    try {
      return builder.start();
    } catch (IOException noGit) {
      throw new AuditException(
          ErrorClass.GIT_PROGRAM,
          "Repositories on servers cannot be read",
          "The git program cannot be started: " + noGit.getMessage(),
          "Install git 2.29 or later on every executor",
          noGit);
    }
  }

  /** Progress is written while something comes, so silence means that nothing does. */
  private int await(Process process, Path output) throws IOException {
    try {
      long size = 0;
      long quietSince = System.nanoTime();
      while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        long now = Files.size(output);
        if (now != size) {
          size = now;
          quietSince = System.nanoTime();
        } else if (System.nanoTime() - quietSince
            > TimeUnit.SECONDS.toNanos(settings.timeoutSeconds())) {
          throw GitFailure.timeout(settings.timeoutSeconds());
        }
      }
      return process.exitValue();
    } catch (InterruptedException killed) {
      throw interrupted();
    } finally {
      kill(process);
    }
  }

  /** Not an {@link IOException}, which would make the mirror look damaged. */
  static UncheckedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new UncheckedIOException(new InterruptedIOException("The task was interrupted"));
  }

  private static void kill(Process process) {
    if (process.isAlive()) {
      List<ProcessHandle> helpers = process.descendants().toList();
      process.destroyForcibly();
      helpers.forEach(ProcessHandle::destroyForcibly);
    }
  }

  private static String end(Path output) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(output.toFile(), "r")) {
      int length = (int) Math.min(file.length(), LONGEST_OUTPUT);
      byte[] bytes = new byte[length];
      file.seek(file.length() - length);
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /** The user's own ssh command, which the environment's would replace. */
  private static final class SshCommand {
    static final String CONFIGURED = configured();

    private static String configured() {
      try {
        Process git = new ProcessBuilder("git", "config", "--get", "core.sshCommand").start();
        git.getOutputStream().close();
        String line = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return line.isBlank() ? "ssh" : line.strip();
      } catch (IOException noGit) {
        return "ssh";
      }
    }
  }
}
