package org.codeaudit.job.source.repository;

import java.io.IOException;
import java.util.List;
import org.codeaudit.job.source.skip.ReadLimits;
import org.eclipse.jgit.diff.DiffConfig;
import org.eclipse.jgit.diff.DiffEntry;
import org.eclipse.jgit.diff.RenameDetector;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.treewalk.EmptyTreeIterator;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.AndTreeFilter;
import org.eclipse.jgit.treewalk.filter.PathFilter;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/** Which files differ between two commits, renames recognised. */
public final class TreeDiff {
  /**
   * As git's diff.renameLimit: beyond so many files on one side only exact renames are looked for.
   */
  private static final int RENAME_LIMIT = 1000;

  private final GitReader reader;
  private final TreeFilter filter;
  private final ReadLimits limits;

  public TreeDiff(GitReader reader, String subfolder, ReadLimits limits) {
    this.reader = reader;
    this.limits = limits;
    this.filter =
        subfolder.isEmpty()
            ? TreeFilter.ANY_DIFF
            : AndTreeFilter.create(PathFilter.create(subfolder), TreeFilter.ANY_DIFF);
  }

  /**
   * @param parent null for a root commit, which is compared with the empty tree
   */
  public List<DiffEntry> between(RevCommit parent, RevCommit commit) throws IOException {
    List<DiffEntry> entries = withoutRenames(parent, commit);
    return mayRename(entries) ? withRenames(entries) : entries;
  }

  /** Whether the contents of deleted files are compared with those of added ones. */
  public static boolean mayRename(List<DiffEntry> entries) {
    return entries.stream().anyMatch(e -> e.getChangeType() == DiffEntry.ChangeType.DELETE)
        && entries.stream().anyMatch(e -> e.getChangeType() == DiffEntry.ChangeType.ADD);
  }

  /** As {@link #between}, but renamed files are deleted and added ones: trees alone tell that. */
  public List<DiffEntry> withoutRenames(RevCommit parent, RevCommit commit) throws IOException {
    try (TreeWalk walk = new TreeWalk(reader.objects())) {
      walk.setRecursive(true);
      walk.setFilter(filter);
      if (parent == null) {
        walk.addTree(new EmptyTreeIterator());
      } else {
        walk.addTree(parent.getTree());
      }
      walk.addTree(commit.getTree());
      return DiffEntry.scan(walk);
    }
  }

  private List<DiffEntry> withRenames(List<DiffEntry> entries) throws IOException {
    RenameDetector detector =
        new RenameDetector(reader.objects(), new Config().get(DiffConfig.KEY));
    detector.setRenameLimit(RENAME_LIMIT);
    detector.setBigFileThreshold(limits.maxBytes());
    detector.setSkipContentRenamesForBinaryFiles(true);
    detector.addAll(entries);
    try {
      return detector.compute();
    } catch (MissingObjectException incomplete) {
      // A partial clone: files at hand are still reviewed, as added and deleted ones.
      return entries;
    }
  }
}
