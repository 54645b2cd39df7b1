package org.codeaudit.check;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.codeaudit.AuditException;
import org.codeaudit.Hashes;

/**
 * The checks of a run.
 *
 * @param checks those that are asked, in the order of their ids
 * @param known the ids of all that there are, in order, whether or not they are asked
 * @param version the first 12 hexadecimal digits of the SHA-256 over all their files and what they
 *     have in common
 * @param bundledVersion the same over only the words that the checks of the jar ask with, for which
 *     calibrations are made; where a check applies is not part of it
 */
public record CheckSet(
    List<Check> checks, List<String> known, String version, String bundledVersion)
    implements Serializable {
  private static final String RESOURCE = "/checks";
  private static final String TAINT = "/taint.yaml";
  private static final String ENDING = ".yaml";
  private static final int VERSION_DIGITS = 12;

  public CheckSet {
    checks = List.copyOf(checks);
    known = List.copyOf(known);
  }

  /** Checks that are all asked. */
  CheckSet(List<Check> checks, String version, String bundledVersion) {
    this(checks, checks.stream().map(Check::id).toList(), version, bundledVersion);
  }

  private CheckSet asking(Stream<Check> some) {
    return new CheckSet(some.toList(), known, version, bundledVersion);
  }

  /**
   * The checks of the jar and those of a folder, such as an organisation's own.
   *
   * @throws AuditException if a file cannot be read or used, or an id is used twice
   */
  public static CheckSet bundledAnd(List<Path> folders) {
    Map<String, String> bundled = bundledFiles();
    Map<String, String> files = new TreeMap<>(bundled);
    folders.forEach(folder -> files.putAll(read(folder, folder.toString())));
    return of(files, version(words(of(bundled, "").checks()), ""));
  }

  /** The texts of checks that a model reads, by their ids. */
  private static Map<String, String> words(List<Check> checks) {
    Map<String, String> words = new TreeMap<>();
    for (Check check : checks) {
      words.put(
          check.id(),
          String.join(
              "\0",
              check.id(),
              check.question(""),
              check.counts(),
              check.harmless(),
              check.message()));
    }
    return words;
  }

  /** The checks of the jar. */
  public static CheckSet bundled() {
    return bundledAnd(List.of());
  }

  /**
   * Checks from the texts of their files, by name.
   *
   * @throws AuditException if one cannot be used, or an id is used twice
   */
  public static CheckSet of(Map<String, String> files) {
    return of(files, "");
  }

  private static CheckSet of(Map<String, String> files, String bundledVersion) {
    String taint = taintFile();
    Taint common = CheckReader.readTaint(TAINT, taint);
    Map<String, Check> checks = new TreeMap<>();
    Map<String, String> names = new TreeMap<>();
    files.forEach(
        (name, text) -> {
          Check check = CheckReader.read(name, text, common);
          checks.put(check.id(), check);
          String other = names.put(check.id(), name);
          if (other != null) {
            throw CheckErrors.sameId(name, check.id(), other);
          }
        });
    return new CheckSet(new ArrayList<>(checks.values()), version(files, taint), bundledVersion);
  }

  /**
   * Fails unless there are all checks of some ids.
   *
   * @param where who names them, e.g. an option
   * @throws AuditException {@code OPTION} naming one that there is not
   */
  public void requireAll(Collection<String> ids, String where) {
    for (String id : ids) {
      if (!known.contains(id)) {
        throw CheckErrors.unknown(id, where, known);
      }
    }
  }

  /**
   * These checks alone, about all files.
   *
   * @throws AuditException as {@link #requireAll}
   */
  public CheckSet only(List<String> ids) {
    requireAll(ids, "--only-checks");
    return asking(
        checks.stream().filter(check -> ids.contains(check.id())).map(Check::unrequested));
  }

  /** The same checks, all about all files. */
  public CheckSet unrequested() {
    return only(checks.stream().map(Check::id).toList());
  }

  /**
   * Those that are asked about a file.
   *
   * @param requested ids of the checks that rules ask for; unknown ones ask for nothing
   */
  CheckSet about(Set<String> requested) {
    return asking(
        checks.stream().filter(check -> !check.onRequest() || requested.contains(check.id())));
  }

  private static Map<String, String> bundledFiles() {
    try {
      URI place = CheckSet.class.getResource(RESOURCE).toURI();
      if (!place.getScheme().equals("jar")) {
        return read(Path.of(place), "");
      }
      try (FileSystem jar = FileSystems.newFileSystem(jarFile(place))) {
        return read(jar.getPath(RESOURCE), "");
      }
    } catch (IOException | URISyntaxException e) {
      throw CheckErrors.unreadable("which the jar carries", e);
    }
  }

  private static String taintFile() {
    try (InputStream file = CheckSet.class.getResourceAsStream(TAINT)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw CheckErrors.unreadable("which the jar carries", e);
    }
  }

  private static Path jarFile(URI place) {
    String text = place.getRawSchemeSpecificPart();
    return Path.of(URI.create(text.substring(0, text.indexOf("!/"))));
  }

  private static Map<String, String> read(Path folder, String shown) {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> listed = Files.list(folder)) {
      for (Path file : listed.filter(f -> f.toString().endsWith(ENDING)).sorted().toList()) {
        String prefix = shown.isEmpty() ? "" : shown + "/";
        files.put(prefix + file.getFileName(), Files.readString(file));
      }
    } catch (IOException e) {
      throw CheckErrors.unreadable("of " + folder, e);
    }
    return files;
  }

  private static String version(Map<String, String> files, String taint) {
    MessageDigest digest = Hashes.sha256();
    Stream.concat(files.values().stream(), Stream.of(taint))
        .sorted()
        .forEach(text -> digest.update((text + "\0").getBytes(StandardCharsets.UTF_8)));
    return Hashes.hex(digest).substring(0, VERSION_DIGITS);
  }
}
