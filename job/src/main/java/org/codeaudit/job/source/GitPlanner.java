package org.codeaudit.job.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.codeaudit.AuditException;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.AndTreeFilter;
import org.eclipse.jgit.treewalk.filter.PathFilter;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/**
 * Lists the commits or files to read and shares them out, on the driver. What is planned is pinned:
 * partitions hold object ids, so a branch may move while the job runs.
 */
final class GitPlanner {
  private GitPlanner() {}

  /**
   * @throws AuditException for a single repository that cannot be read as asked; one of several
   *     gives a row with the error instead
   */
  static SourcePlan plan(GitOptions options) {
    RepositoryFinder.Found found = RepositoryFinder.find(options.paths());
    List<ChangePartition> partitions = new ArrayList<>();
    long units = 0;
    for (RepositoryLocation location : found.repositories()) {
      try {
        units += plan(location, options, partitions);
      } catch (IOException | RuntimeException broken) {
        AuditException error =
            GitErrors.of("Repository " + location.gitFolder() + " cannot be read", broken);
        if (!found.many()) {
          throw error;
        }
        partitions.add(GitPartition.Failed.of(location.name(), error));
        units++;
      }
    }
    return new SourcePlan(partitions, units);
  }

  private static long plan(
      RepositoryLocation location, GitOptions options, List<ChangePartition> partitions)
      throws IOException {
    try (Repository repository = Repositories.open(location.gitFolder());
        RevWalk walk = new RevWalk(repository)) {
      CommitRange range = CommitRange.resolve(repository, options.range());
      if (options.mode() == GitOptions.Mode.FILE) {
        return planFiles(location, options, partitions, walk.parseCommit(range.end()), repository);
      }
      List<String> commits = commits(walk, range, location, options);
      for (List<String> share : shares(commits, options.commitsPerPartition())) {
        partitions.add(new GitPartition.Commits(location, share, options.limits()));
      }
      return commits.size();
    }
  }

  /** Newest first, as `git log` lists them. */
  private static List<String> commits(
      RevWalk walk, CommitRange range, RepositoryLocation location, GitOptions options)
      throws IOException {
    walk.setRetainBody(false);
    if (!location.subfolder().isEmpty()) {
      walk.setTreeFilter(
          AndTreeFilter.create(PathFilter.create(location.subfolder()), TreeFilter.ANY_DIFF));
    }
    walk.markStart(walk.parseCommit(range.end()));
    for (ObjectId excluded : range.excluded()) {
      walk.markUninteresting(walk.parseCommit(excluded));
    }
    boolean counted = !range.single() && options.range().isEmpty();
    List<String> commits = new ArrayList<>();
    int left = range.single() ? 1 : counted ? options.commits() : Integer.MAX_VALUE;
    for (RevCommit commit = walk.next(); commit != null && left > 0; commit = walk.next()) {
      commits.add(commit.name());
      // A merge that is only skipped would otherwise use up one of the commits asked for.
      if (!counted || options.limits().merges() || commit.getParentCount() < 2) {
        left--;
      }
    }
    return commits;
  }

  private static long planFiles(
      RepositoryLocation location,
      GitOptions options,
      List<ChangePartition> partitions,
      RevCommit commit,
      Repository repository)
      throws IOException {
    List<GitPartition.TreeFile> files = new ArrayList<>();
    try (TreeWalk tree = new TreeWalk(repository)) {
      tree.addTree(commit.getTree());
      tree.setRecursive(true);
      if (!location.subfolder().isEmpty()) {
        tree.setFilter(PathFilter.create(location.subfolder()));
      }
      while (tree.next()) {
        FileMode mode = tree.getFileMode();
        files.add(
            new GitPartition.TreeFile(
                tree.getPathString(), tree.getObjectId(0).name(), mode.getBits()));
      }
    }
    for (List<GitPartition.TreeFile> share : shares(files, options.filesPerPartition())) {
      partitions.add(new GitPartition.Files(location, commit.name(), share, options.limits()));
    }
    return files.size();
  }

  private static <T> List<List<T>> shares(List<T> all, int size) {
    List<List<T>> shares = new ArrayList<>();
    for (int start = 0; start < all.size(); start += size) {
      shares.add(List.copyOf(all.subList(start, Math.min(all.size(), start + size))));
    }
    return shares;
  }
}
