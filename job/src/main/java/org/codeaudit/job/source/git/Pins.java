package org.codeaudit.job.source.git;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.codeaudit.AuditException;
import org.codeaudit.job.source.repository.CommitRange;
import org.codeaudit.job.source.repository.RepositoryLocation;
import org.codeaudit.job.source.repository.TreeFiles;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.filter.AndTreeFilter;
import org.eclipse.jgit.treewalk.filter.PathFilter;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/**
 * What will be read from a repository, by object ids: a branch may move while the job runs.
 *
 * @param tips commits whose histories hold everything below
 * @param commits to be compared with their parents
 * @param trees commits whose files are read
 */
record Pins(List<String> tips, List<Commits> commits, List<Tree> trees) implements Serializable {

  /** Commits of one range, newest first, and where the rules about them come from. */
  record Commits(List<String> ids, CommitRules rules) implements Serializable {}

  /** A commit and how many files it has. */
  record Tree(String commit, int files) implements Serializable {}

  /**
   * What to look for.
   *
   * @param commits how many of the last commits, where no range is asked for
   * @param merges whether merges count as commits
   */
  record Wish(GitOptions.Mode mode, int commits, boolean merges) implements Serializable {}

  Pins {
    tips = List.copyOf(tips);
    commits = List.copyOf(commits);
    trees = List.copyOf(trees);
  }

  /** How many commits, or files. */
  long units() {
    return commits.stream().mapToLong(range -> range.ids().size()).sum()
        + trees.stream().mapToLong(Tree::files).sum();
  }

  /**
   * @param ranges empty texts mean the last commits of HEAD; a commit in two of them is read once
   * @throws AuditException {@code GIT_EMPTY_REPOSITORY} or {@code GIT_UNKNOWN_REVISION}
   */
  static Pins of(Repository repository, RepositoryLocation location, Set<String> ranges, Wish wish)
      throws IOException {
    Set<String> tips = new LinkedHashSet<>();
    Set<String> seen = new HashSet<>();
    List<Commits> commits = new ArrayList<>();
    List<Tree> trees = new ArrayList<>();
    for (String text : ranges) {
      Optional<String> asked = Optional.of(text).filter(range -> !range.isEmpty());
      CommitRange range = CommitRange.resolve(repository, location.place(), asked);
      boolean isNew = tips.add(range.end().name());
      try (RevWalk walk = new RevWalk(repository)) {
        if (wish.mode() == GitOptions.Mode.DIFF) {
          int most = range.single() ? 1 : asked.isPresent() ? Integer.MAX_VALUE : wish.commits();
          boolean counted = asked.isEmpty() && !wish.merges();
          List<String> ids =
              commits(walk, range, location.subfolder(), most, counted).stream()
                  .filter(seen::add)
                  .toList();
          range.base().ifPresent(base -> tips.add(base.name()));
          commits.add(
              new Commits(ids, new CommitRules(range.base().map(ObjectId::name).orElse(null))));
        } else if (isNew) {
          RevCommit commit = walk.parseCommit(range.end());
          int files = TreeFiles.count(walk.getObjectReader(), commit, location.subfolder());
          trees.add(new Tree(commit.name(), files));
        }
      }
    }
    return new Pins(List.copyOf(tips), commits, trees);
  }

  /**
   * Newest first, as `git log` lists them.
   *
   * @param mergesFree whether merges do not count: one that is only skipped would otherwise use up
   *     one of the commits asked for
   */
  private static List<String> commits(
      RevWalk walk, CommitRange range, String subfolder, int most, boolean mergesFree)
      throws IOException {
    walk.setRetainBody(false);
    if (!subfolder.isEmpty()) {
      walk.setTreeFilter(AndTreeFilter.create(PathFilter.create(subfolder), TreeFilter.ANY_DIFF));
    }
    walk.markStart(walk.parseCommit(range.end()));
    for (ObjectId excluded : range.excluded()) {
      walk.markUninteresting(walk.parseCommit(excluded));
    }
    List<String> commits = new ArrayList<>();
    int left = most;
    for (RevCommit commit = walk.next(); commit != null && left > 0; commit = walk.next()) {
      commits.add(commit.name());
      if (!mergesFree || commit.getParentCount() < 2) {
        left--;
      }
    }
    return commits;
  }
}
