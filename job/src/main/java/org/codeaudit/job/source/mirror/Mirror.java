package org.codeaudit.job.source.mirror;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.codeaudit.disk.FileLocks;
import org.codeaudit.disk.FolderTree;
import org.codeaudit.job.source.repository.GitFailure;
import org.codeaudit.job.source.repository.Repositories;
import org.codeaudit.job.source.row.RemoteUrl;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's copy of a remote repository: a bare repository with commits and trees, and those
 * files that were needed so far. While it is open nobody deletes it; reading goes on while others
 * fetch into it, since fetching only adds. The caller closes it.
 */
public final class Mirror implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Mirror.class);

  /** Where the commit lies that the server's HEAD names; the mirror's own HEAD points to it. */
  static final String HEAD = "refs/remotes/origin/HEAD";

  private static final String PINNED = "refs/audit/";
  private static final int ATTEMPTS = 3;
  private static final long FIRST_PAUSE_MILLIS = 1000;

  /** Each fetch adds a pack, and each look-up asks all of them. */
  private static final int MOST_PACKS = 50;

  private final MirrorCache cache;
  private final RemoteUrl url;
  private final Path folder;
  private FileLocks.Held use;

  Mirror(MirrorCache cache, RemoteUrl url, Path folder, FileLocks.Held use) {
    this.cache = cache;
    this.url = url;
    this.folder = folder;
    this.use = use;
  }

  /** The bare repository. */
  public Path folder() {
    return folder;
  }

  /** Brings the commit the server's HEAD names, and with {@code all} every branch and tag. */
  public void update(boolean all) throws IOException {
    List<String> branches = List.of("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*");
    List<String> wanted = new ArrayList<>(all ? branches : List.of());
    wanted.add("+HEAD:" + HEAD);
    try (FileLocks.Held writing = cache.writing(url)) {
      tidy();
      try {
        git(wanted, "fetch", "--prune", "--stdin");
      } catch (GitFailure failure) {
        if (failure.kind() != GitFailure.Kind.NO_SUCH_REF) {
          throw failure;
        }
        // An empty repository, or a HEAD whose branch is not there: what there is may do.
        git(List.of(), "update-ref", "-d", HEAD);
        git(branches, "fetch", "--prune", "--stdin");
      }
    }
  }

  /**
   * Brings a ref of the server that is no branch or tag, e.g. of a pull request, if it is there.
   */
  public void bringRef(String ref) throws IOException {
    ifGiven(List.of("+" + ref + ":" + ref));
  }

  /** Brings commits by their ids, with all their history, if the server gives them. */
  public void bringCommits(Collection<String> ids) throws IOException {
    List<String> missing = missing(ids);
    if (!missing.isEmpty()) {
      ifGiven(missing.stream().map(id -> "+" + id + ":" + PINNED + id).toList());
    }
    if (!missing(ids).isEmpty()) {
      // Some servers give nothing by its id, but it may be part of what a branch holds.
      update(true);
    }
  }

  private void ifGiven(List<String> refs) throws IOException {
    try (FileLocks.Held writing = cache.writing(url)) {
      git(refs, "fetch", "--stdin");
    } catch (GitFailure failure) {
      boolean refused =
          failure.kind() == GitFailure.Kind.NO_SUCH_REF
              || failure.kind() == GitFailure.Kind.NOT_GIVEN;
      if (!refused) {
        throw failure;
      }
    }
  }

  /** Brings the contents of files, all in one go; what is there already is not asked for. */
  void bringFiles(Collection<String> ids) throws IOException {
    try (FileLocks.Held writing = cache.writing(url)) {
      List<String> missing = missing(ids);
      if (!missing.isEmpty()) {
        git(missing, "-c", "fetch.negotiationAlgorithm=noop", "fetch", "--stdin");
      }
    } catch (GitFailure failure) {
      if (failure.kind() != GitFailure.Kind.NOT_GIVEN) {
        throw failure;
      }
      LOG.warn("{} does not give all files: {}", url.text(), failure.getMessage());
    }
  }

  /** Those of some objects that cannot be read. Opens their packs, so a cut-off one is noticed. */
  List<String> missing(Collection<String> ids) throws IOException {
    List<String> missing = new ArrayList<>();
    try (Repository repository = Repositories.openMirror(folder);
        ObjectReader objects = repository.newObjectReader()) {
      for (String id : ids) {
        try {
          objects.getObjectSize(ObjectId.fromString(id), ObjectReader.OBJ_ANY);
        } catch (org.eclipse.jgit.errors.MissingObjectException absent) {
          missing.add(id);
        }
      }
    }
    return missing;
  }

  /** Repeats what may succeed a moment later; every fetch leaves out the contents of files. */
  private void git(List<String> input, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(arguments));
    if (command.contains("fetch")) {
      deleteLeftovers();
      command.addAll(
          List.of(
              "--quiet",
              "--progress",
              "--no-tags",
              "--no-write-fetch-head",
              "--no-recurse-submodules",
              "--filter=blob:none",
              "origin"));
    }
    for (int attempt = 1; ; attempt++) {
      try {
        cache.git().run(folder, input, command.toArray(String[]::new));
        cache.grown(url, folder);
        return;
      } catch (GitFailure failure) {
        if (!failure.isTransient() || attempt == ATTEMPTS) {
          throw failure;
        }
        LOG.warn("{}: attempt {} failed: {}", url.text(), attempt, failure.getMessage());
        pause(attempt);
      }
    }
  }

  private static void pause(int attempt) {
    long millis = FIRST_PAUSE_MILLIS << 2 * (attempt - 1);
    try {
      Thread.sleep(millis / 2 + ThreadLocalRandom.current().nextLong(millis));
    } catch (InterruptedException killed) {
      throw GitProgram.interrupted();
    }
  }

  /** What a killed git left half-written; nobody else writes now. */
  private void deleteLeftovers() throws IOException {
    Path packs = folder.resolve("objects/pack");
    try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(packs, "{tmp_*,.tmp-*}")) {
      for (Path leftover : leftovers) {
        Files.deleteIfExists(leftover);
      }
    }
    for (String lock : List.of("packed-refs.lock", "HEAD.lock", "config.lock", "shallow.lock")) {
      Files.deleteIfExists(folder.resolve(lock));
    }
    FolderTree.deleteFiles(folder.resolve("refs"), ".lock");
    try (DirectoryStream<Path> old =
        Files.newDirectoryStream(folder.getParent(), "git*.{in,out}")) {
      for (Path file : old) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Makes one pack of many if nobody reads them. */
  private void tidy() throws IOException {
    int packs = 0;
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(folder.resolve("objects/pack"), "*.pack")) {
      for (Path ignored : files) {
        packs++;
      }
    }
    if (packs <= MOST_PACKS) {
      return;
    }
    use.close();
    Optional<FileLocks.Held> alone = FileLocks.tryExclusive(MirrorCache.lockOf(folder));
    if (alone.isPresent()) {
      try (FileLocks.Held nobodyReads = alone.get()) {
        git(List.of(), "repack", "-a", "-d", "-q");
        git(List.of(), "pack-refs", "--all");
      }
    }
    // Should it have been deleted in between, it counts as damaged and is made anew.
    use = MirrorCache.using(folder);
  }

  @Override
  public void close() {
    use.close();
  }
}
