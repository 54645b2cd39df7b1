package org.codeaudit.job.triage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.job.sarif.SarifResult;
import org.codeaudit.job.source.skip.SourceText;

/**
 * The files of a folder that results name, each read once. What lies outside of the folder, also by
 * a link, is never read.
 */
public final class SourceFiles {
  /** Larger files are no code that people write. */
  private static final long MOST_BYTES = 1 << 20;

  private static final String OUTSIDE = "its file lies outside of the source folder";

  private final Path folder;
  private final Path real;
  private final Map<Path, Found> known = new HashMap<>();
  private final Map<String, String> texts = new LinkedHashMap<>();

  /**
   * A file that a result names.
   *
   * @param path relative to the folder, with slashes; empty if it is not read
   * @param reason why it is not read, as a clause; empty if it is
   */
  public record Found(Optional<String> path, String reason) {
    private static Found at(String path) {
      return new Found(Optional.of(path), "");
    }

    private static Found not(String reason) {
      return new Found(Optional.empty(), reason);
    }
  }

  /**
   * The files of a folder.
   *
   * @throws AuditException {@code SOURCE_PATH} if it is none that can be read
   */
  public SourceFiles(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
    try {
      if (!Files.isDirectory(folder)) {
        throw noFolder(folder, "there is no such folder", null);
      }
      this.real = folder.toRealPath();
    } catch (IOException e) {
      throw noFolder(folder, e.toString(), e);
    }
  }

  private static AuditException noFolder(Path folder, String why, Exception cause) {
    return new AuditException(
        ErrorClass.SOURCE_PATH,
        "Cannot read " + folder,
        why,
        "Name the folder that the tool analysed, as it was then",
        cause);
  }

  /** What the folder is called. */
  public String name() {
    return real.getFileName() == null ? "" : real.getFileName().toString();
  }

  /** The file of a result. */
  public Found find(SarifResult result) {
    List<Path> places;
    try {
      places = places(result);
    } catch (InvalidPathException e) {
      return Found.not("its file has a name that no file can have");
    }
    List<Path> inside =
        places.stream()
            .filter(place -> place.startsWith(folder) || place.startsWith(real))
            .toList();
    if (inside.isEmpty()) {
      return Found.not(OUTSIDE);
    }
    Path place = inside.stream().filter(Files::isRegularFile).findFirst().orElse(inside.get(0));
    return known.computeIfAbsent(place, this::read);
  }

  /** Where the tool says that it is comes before what is most likely. */
  private List<Path> places(SarifResult result) {
    return Stream.concat(
            result.base().stream().map(base -> Path.of(base).resolve(result.file())),
            // An absolute address stays what it is.
            Stream.of(folder.resolve(result.file())))
        .map(Path::normalize)
        .toList();
  }

  private Found read(Path file) {
    if (!Files.isRegularFile(file)) {
      return Found.not("its file is not in the source folder");
    }
    try {
      if (!file.toRealPath().startsWith(real)) {
        return Found.not(OUTSIDE);
      }
      long size = Files.size(file);
      if (size > MOST_BYTES) {
        return Found.not("its file is too large: " + size + " bytes");
      }
      byte[] bytes = Files.readAllBytes(file);
      if (SourceText.isBinary(bytes)) {
        return Found.not("its file is binary");
      }
      String path = (file.startsWith(folder) ? folder : real).relativize(file).toString();
      String slashes = path.replace('\\', '/');
      texts.put(slashes, SourceText.of(bytes).text());
      return Found.at(slashes);
    } catch (IOException e) {
      return Found.not("its file cannot be read: " + e.getClass().getSimpleName());
    }
  }

  /** The text of a file that was found. */
  public String text(String path) {
    return texts.get(path);
  }

  /** The paths of all files that were found so far. */
  public List<String> paths() {
    return new ArrayList<>(texts.keySet());
  }
}
