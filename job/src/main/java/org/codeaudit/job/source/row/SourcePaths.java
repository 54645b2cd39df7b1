package org.codeaudit.job.source.row;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;

/** Paths that users give: plain, {@code file:} URIs, or globs. */
public final class SourcePaths {
  private SourcePaths() {}

  /**
   * The existing paths a text stands for, sorted. A path that exists is itself, whatever characters
   * it has; else {@code * ? [ {} make it a glob.
   *
   * @throws AuditException {@code SOURCE_PATH} if nothing is there
   */
  public static List<Path> expand(String text) {
    String plain = text.startsWith("file:") ? URI.create(text).getPath() : text;
    if (plain == null || RemoteUrl.isRemote(text)) {
      throw new AuditException(
          ErrorClass.SOURCE_PATH,
          "Cannot read " + RemoteUrl.shown(text),
          "It is an address, and only paths every executor can open are read",
          "Clone or download it first and pass the folder");
    }
    try {
      Path path = Path.of(plain).toAbsolutePath().normalize();
      if (Files.exists(path)) {
        return List.of(path);
      }
      List<Path> matches = isGlob(plain) ? glob(path) : List.of();
      if (!matches.isEmpty()) {
        return matches;
      }
    } catch (InvalidPathException invalid) {
      // Nothing of this name can exist.
    }
    throw new AuditException(
        ErrorClass.SOURCE_PATH,
        "Cannot read " + text,
        isGlob(plain) ? "Nothing matches this pattern" : "There is no such file or folder",
        "Check the path; executors open it themselves, so it must exist on every machine");
  }

  private static boolean isGlob(String text) {
    return text.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
  }

  private static List<Path> glob(Path pattern) {
    Path root = pattern.getRoot();
    int fixed = 0;
    while (fixed < pattern.getNameCount() && !isGlob(pattern.getName(fixed).toString())) {
      root = root.resolve(pattern.getName(fixed++));
    }
    List<Path> level = List.of(root);
    for (int i = fixed; i < pattern.getNameCount(); i++) {
      String name = pattern.getName(i).toString();
      PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + name);
      List<Path> matches = new ArrayList<>();
      for (Path folder : level) {
        boolean hidden = name.startsWith(".");
        if (name.equals("**")) {
          matches.addAll(tree(folder));
        } else {
          childrenOf(folder, hidden).stream()
              .filter(child -> matcher.matches(child.getFileName()))
              .forEach(matches::add);
        }
      }
      level = matches;
    }
    return level.stream().distinct().sorted().toList();
  }

  private static List<Path> childrenOf(Path folder, boolean hidden) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children
          .filter(child -> hidden || !child.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    } catch (IOException unreadable) {
      throw unreadable(folder.toString(), unreadable);
    }
  }

  /** A folder's entries but for hidden ones, sorted. */
  public static List<Path> children(Path folder) {
    return childrenOf(folder, false);
  }

  /** A folder and all folders below it; hidden ones and links to folders are left out. */
  public static List<Path> tree(Path folder) {
    List<Path> folders = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      folders.add(folder);
    }
    for (int i = 0; i < folders.size(); i++) {
      for (Path child : children(folders.get(i))) {
        if (Files.isDirectory(child) && !Files.isSymbolicLink(child)) {
          folders.add(child);
        }
      }
    }
    return folders;
  }

  public static AuditException unreadable(String path, IOException cause) {
    return new AuditException(
        ErrorClass.SOURCE_UNREADABLE,
        "Cannot read " + path,
        cause.getClass().getSimpleName() + ": " + cause.getMessage(),
        "Check that it exists and that this user may read it",
        cause);
  }
}
