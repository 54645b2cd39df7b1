package org.codeaudit.job.source.git;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.codeaudit.job.source.repository.GitReader;
import org.codeaudit.job.source.repository.TreeDiff;
import org.codeaudit.job.source.repository.TreeFiles;
import org.codeaudit.job.source.skip.ReadLimits;
import org.eclipse.jgit.diff.DiffEntry;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;

/**
 * The contents that {@link CommitRows} and {@link FileRows} are going to read, found without
 * reading any, so that they can be fetched at once.
 */
public final class NeededFiles {
  private NeededFiles() {}

  /**
   * Both sides of what some commits changed, the attributes of the changed paths, and the rules.
   */
  public static Set<ObjectId> ofCommits(
      GitReader reader,
      String subfolder,
      List<String> commits,
      CommitRules rules,
      ReadLimits limits)
      throws IOException {
    TreeDiff trees = new TreeDiff(reader, subfolder, limits);
    Set<ObjectId> needed = new HashSet<>();
    for (String id : commits) {
      RevCommit commit = reader.walk().parseCommit(ObjectId.fromString(id));
      if (CommitRows.reasonToSkip(reader, commit, limits) != null) {
        continue;
      }
      RevCommit parent =
          commit.getParentCount() == 0 ? null : reader.walk().parseCommit(commit.getParent(0));
      List<DiffEntry> entries = trees.withoutRenames(parent, commit);
      List<String> paths = new ArrayList<>();
      boolean compareDeleted = TreeDiff.mayRename(entries);
      for (DiffEntry entry : entries) {
        boolean deleted = entry.getChangeType() == DiffEntry.ChangeType.DELETE;
        if (entry.getOldId().equals(entry.getNewId()) || deleted && !compareDeleted) {
          continue;
        }
        add(needed, entry.getOldMode(), entry.getOldId().toObjectId());
        add(needed, entry.getNewMode(), entry.getNewId().toObjectId());
        if (!deleted) {
          paths.add(entry.getNewPath());
        }
      }
      needed.addAll(reader.attributes().blobs(commit.getTree(), paths));
      rules.blob(reader, parent).ifPresent(needed::add);
    }
    return needed;
  }

  /** Some files of a commit's tree, their attributes, and the rules. */
  public static Set<ObjectId> ofFiles(
      GitReader reader, RevCommit commit, List<TreeFiles.File> files) throws IOException {
    Set<ObjectId> needed = new HashSet<>();
    files.forEach(file -> add(needed, file.mode(), file.id()));
    List<String> paths = files.stream().map(TreeFiles.File::path).toList();
    needed.addAll(reader.attributes().blobs(commit.getTree(), paths));
    reader.rules().blob(commit.getTree()).ifPresent(needed::add);
    return needed;
  }

  /** Only files have contents that are read: links and submodules are never followed. */
  private static void add(Set<ObjectId> needed, FileMode mode, ObjectId id) {
    if ((mode.getBits() & FileMode.TYPE_MASK) == FileMode.TYPE_FILE) {
      needed.add(id);
    }
  }
}
