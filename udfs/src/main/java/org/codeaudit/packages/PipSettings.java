package org.codeaudit.packages;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;

/**
 * Where pip is told to look for packages: by the variables {@code PIP_…}, else by the files that
 * pip reads on Linux ({@code /etc/xdg/pip/pip.conf}, {@code /etc/pip.conf}, the user's, the virtual
 * environment's, {@code PIP_CONFIG_FILE}; a later one goes before), sections {@code [global]} and
 * {@code [download]}. Of the options that can stand there these count: {@code index-url}, {@code
 * extra-index-url}, {@code find-links}, {@code no-index} and {@code cert}.
 *
 * @param folders that hold wheels
 * @param indexes to be asked in this order; an address may hold a user and a password
 * @param certificates a file of certificates in PEM form to trust besides the JVM's own
 */
public record PipSettings(List<Path> folders, List<URI> indexes, Optional<Path> certificates) {
  /** The index of PyPI, where pip is told nothing else. */
  static final String PUBLIC_INDEX = "https://pypi.org/simple";

  private static final String VARIABLES = "PIP_";
  private static final String CONFIG_FILE = "PIP_CONFIG_FILE";

  /**
   * Reads what a user of this machine has set.
   *
   * @param home the user's folder
   * @throws AuditException {@code PACKAGE_INDEX} if an index is no web address, or a file cannot be
   *     read
   */
  public static PipSettings of(Map<String, String> environment, Path home) {
    return of(environment, home, Path.of("/etc"));
  }

  /** With another folder for {@code /etc}. */
  static PipSettings of(Map<String, String> environment, Path home, Path system) {
    Map<String, String> options = new HashMap<>();
    for (Path file : files(environment, home, system)) {
      if (Files.isRegularFile(file)) {
        options.putAll(read(file));
      }
    }
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(VARIABLES) && !value.isBlank()) {
            options.put(option(name.substring(VARIABLES.length())), value);
          }
        });
    return new PipSettings(folders(options), indexes(options), one(options, "cert").map(Path::of));
  }

  private static List<Path> files(Map<String, String> environment, Path home, Path system) {
    Optional<Path> named = set(environment, CONFIG_FILE).map(Path::of);
    if (named.equals(Optional.of(Path.of("/dev/null")))) {
      return List.of(); // that is how pip is told to read none
    }
    List<Path> files = new ArrayList<>();
    files.add(system.resolve("xdg").resolve("pip").resolve("pip.conf"));
    files.add(system.resolve("pip.conf"));
    if (named.filter(Files::exists).isEmpty()) {
      files.add(home.resolve(".pip").resolve("pip.conf"));
      Path user = set(environment, "XDG_CONFIG_HOME").map(Path::of).orElse(home.resolve(".config"));
      files.add(user.resolve("pip").resolve("pip.conf"));
    }
    set(environment, "VIRTUAL_ENV").map(Path::of).ifPresent(e -> files.add(e.resolve("pip.conf")));
    named.ifPresent(files::add);
    return files;
  }

  private static Optional<String> set(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  /** The options of a file as Python's {@code configparser} sees them; lines go on if indented. */
  private static Map<String, String> read(Path file) {
    Map<String, Map<String, String>> sections = new HashMap<>();
    String section = "";
    String key = "";
    for (String line : lines(file)) {
      String text = line.strip();
      if (text.isEmpty() || text.startsWith("#") || text.startsWith(";")) {
        continue;
      }
      Map<String, String> options = sections.computeIfAbsent(section, s -> new HashMap<>());
      String[] assignment = text.split("[=:]", 2);
      if (Character.isWhitespace(line.charAt(0)) && !key.isEmpty()) {
        options.merge(key, text, (before, more) -> (before + " " + more).strip());
      } else if (text.startsWith("[") && text.endsWith("]")) {
        section = text.substring(1, text.length() - 1);
        key = "";
      } else if (assignment.length == 2) {
        key = option(assignment[0]);
        options.put(key, assignment[1].strip());
      }
    }
    Map<String, String> merged = new HashMap<>(sections.getOrDefault("global", Map.of()));
    merged.putAll(sections.getOrDefault("download", Map.of()));
    return merged;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new AuditException(
          ErrorClass.PACKAGE_INDEX,
          "Cannot read pip's settings in " + file,
          e.toString(),
          "Correct the file, or set PIP_CONFIG_FILE to another (/dev/null for none)",
          e);
    }
  }

  private static String option(String name) {
    return name.strip().toLowerCase(Locale.ROOT).replace('_', '-').replaceFirst("^--", "");
  }

  private static Optional<String> one(Map<String, String> options, String name) {
    return Optional.ofNullable(options.get(name)).map(String::strip).filter(v -> !v.isEmpty());
  }

  private static Stream<String> several(Map<String, String> options, String name) {
    return one(options, name).stream().flatMap(value -> Stream.of(value.split("\\s+")));
  }

  /** Of {@code find-links} the folders; pages of links are left to pip. */
  private static List<Path> folders(Map<String, String> options) {
    return several(options, "find-links")
        .filter(place -> !place.matches("(?i)https?://.*"))
        .map(place -> place.startsWith("file:") ? Path.of(URI.create(place)) : Path.of(place))
        .toList();
  }

  private static List<URI> indexes(Map<String, String> options) {
    if (one(options, "no-index").filter(v -> v.matches("(?i)1|true|yes|on|t|y")).isPresent()) {
      return List.of();
    }
    String first = one(options, "index-url").orElse(PUBLIC_INDEX);
    return Stream.concat(Stream.of(first), several(options, "extra-index-url"))
        .map(PipSettings::index)
        .toList();
  }

  private static URI index(String address) {
    try {
      URI uri = URI.create(address.replaceFirst("/*$", "/"));
      if (uri.getHost() != null && uri.getScheme().matches("(?i)https?")) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Said below, without the address: it may hold a password.
    }
    throw new AuditException(
        ErrorClass.PACKAGE_INDEX,
        "Cannot use the package index that pip is set to",
        "it is no address of the form https://host/path",
        "Correct index-url or extra-index-url (PIP_INDEX_URL, PIP_EXTRA_INDEX_URL; pip config"
            + " list shows where it is set)");
  }

  @Override
  public String toString() {
    return "[pip's settings: " + folders.size() + " folders, " + indexes.size() + " indexes]";
  }
}
