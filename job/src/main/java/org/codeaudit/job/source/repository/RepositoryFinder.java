package org.codeaudit.job.source.repository;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.codeaudit.AuditException;
import org.codeaudit.job.source.row.SourcePaths;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;

/**
 * Finds the repositories a path stands for: a working tree, a git folder or bare repository, a
 * folder inside a working tree (read alone), a folder of repositories, or a glob of all these.
 */
public final class RepositoryFinder {

  /**
   * What a path stands for.
   *
   * @param many whether the path named a collection, one bad member of which must not stop the
   *     others
   */
  public record Found(List<LocalRepository> repositories, boolean many) {}

  private RepositoryFinder() {}

  /**
   * @throws AuditException {@code SOURCE_PATH} or {@code GIT_NOT_A_REPOSITORY}
   */
  public static Found find(List<String> paths) {
    List<LocalRepository> found = new ArrayList<>();
    boolean many = paths.size() > 1;
    for (String path : paths) {
      List<Path> matches = SourcePaths.expand(path);
      int before = found.size();
      for (Path match : matches) {
        List<LocalRepository> here = at(match);
        many |= here.size() > 1;
        found.addAll(here);
      }
      many |= matches.size() > 1;
      if (found.size() == before) {
        throw GitErrors.notARepository(path);
      }
    }
    return new Found(found.stream().distinct().toList(), many);
  }

  private static List<LocalRepository> at(Path given) {
    boolean linked = given.endsWith(Constants.DOT_GIT) && Files.isRegularFile(given);
    if (!linked && !Files.isDirectory(given)) {
      return List.of();
    }
    try {
      Path folder = linked ? given.toRealPath().getParent() : given.toRealPath();
      Optional<Path> own = gitFolderOf(folder);
      if (own.isPresent()) {
        return List.of(new LocalRepository(own.get().toString(), nameOf(folder), ""));
      }
      List<LocalRepository> children = children(folder);
      return enclosing(folder).map(List::of).orElse(children);
    } catch (IOException unreadable) {
      throw SourcePaths.unreadable(given.toString(), unreadable);
    }
  }

  /** The git folder of a folder that is a repository's root, or is a git folder itself. */
  private static Optional<Path> gitFolderOf(Path folder) throws IOException {
    Path dotGit = folder.resolve(Constants.DOT_GIT);
    if (Files.exists(dotGit)) {
      return Optional.of(resolve(dotGit));
    }
    boolean bare =
        Files.isRegularFile(folder.resolve(Constants.HEAD))
            && (Files.isDirectory(folder.resolve("objects"))
                || Files.isRegularFile(folder.resolve("commondir")))
            && (Files.isDirectory(folder.resolve("refs"))
                || Files.isRegularFile(folder.resolve("packed-refs")));
    return bare ? Optional.of(folder) : Optional.empty();
  }

  /** {@code .git} is a file in submodules and linked working trees: {@code gitdir: path}. */
  private static Path resolve(Path dotGit) throws IOException {
    if (Files.isDirectory(dotGit)) {
      return dotGit.toRealPath();
    }
    String text = Files.readString(dotGit).strip();
    if (!text.startsWith("gitdir:")) {
      throw new IOException(dotGit + " is a file that does not begin with `gitdir:`");
    }
    return dotGit.resolveSibling(text.substring(7).strip()).toRealPath();
  }

  private static String nameOf(Path folder) {
    Path root = folder.endsWith(Constants.DOT_GIT) ? folder.getParent() : folder;
    String name = root.getFileName() == null ? "root" : root.getFileName().toString();
    return name.length() > 4 && name.endsWith(".git") ? name.substring(0, name.length() - 4) : name;
  }

  private static List<LocalRepository> children(Path folder) throws IOException {
    List<LocalRepository> found = new ArrayList<>();
    for (Path child : SourcePaths.children(folder)) {
      if (!Files.isDirectory(child)) {
        continue;
      }
      try {
        Path real = child.toRealPath();
        gitFolderOf(real)
            .ifPresent(git -> found.add(new LocalRepository(git.toString(), nameOf(real), "")));
      } catch (IOException broken) {
        // One of many: opening it fails again and gives its own row.
        String git = child.resolve(Constants.DOT_GIT).toString();
        found.add(new LocalRepository(git, nameOf(child), ""));
      }
    }
    return found;
  }

  /**
   * The repository around a folder, if it holds the folder: a folder may lie in a working tree by
   * chance (a home folder under git, a build's output).
   */
  private static Optional<LocalRepository> enclosing(Path folder) throws IOException {
    for (Path root = folder.getParent(); root != null; root = root.getParent()) {
      if (Files.exists(root.resolve(Constants.DOT_GIT))) {
        String subfolder = root.relativize(folder).toString().replace(File.separatorChar, '/');
        LocalRepository location =
            new LocalRepository(
                resolve(root.resolve(Constants.DOT_GIT)).toString(), nameOf(root), subfolder);
        return holds(location) ? Optional.of(location) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static boolean holds(LocalRepository location) throws IOException {
    try (Repository repository = Repositories.open(location.gitFolder());
        RevWalk walk = new RevWalk(repository)) {
      var head = repository.resolve(Constants.HEAD);
      return head != null
          && TreeWalk.forPath(repository, location.subfolder(), walk.parseCommit(head).getTree())
              != null;
    }
  }
}
