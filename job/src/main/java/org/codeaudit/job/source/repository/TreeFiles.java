package org.codeaudit.job.source.repository;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.PathFilter;

/**
 * The files of a commit's tree in git's order, which is the same wherever they are listed: a
 * partition names them by their numbers.
 */
public final class TreeFiles {

  /** A file of a tree. */
  public record File(String path, ObjectId id, FileMode mode) {}

  private TreeFiles() {}

  /** How many there are. */
  public static int count(ObjectReader objects, RevCommit commit, String subfolder)
      throws IOException {
    try (TreeWalk tree = walk(objects, commit, subfolder)) {
      int count = 0;
      while (tree.next()) {
        count++;
      }
      return count;
    }
  }

  /** Those from one number up to another; half-open, 0-based. */
  public static List<File> list(
      ObjectReader objects, RevCommit commit, String subfolder, int from, int until)
      throws IOException {
    List<File> files = new ArrayList<>(until - from);
    try (TreeWalk tree = walk(objects, commit, subfolder)) {
      for (int i = 0; i < until && tree.next(); i++) {
        if (i >= from) {
          files.add(new File(tree.getPathString(), tree.getObjectId(0), tree.getFileMode()));
        }
      }
    }
    return files;
  }

  private static TreeWalk walk(ObjectReader objects, RevCommit commit, String subfolder)
      throws IOException {
    TreeWalk tree = new TreeWalk(objects);
    tree.addTree(commit.getTree());
    tree.setRecursive(true);
    if (!subfolder.isEmpty()) {
      tree.setFilter(PathFilter.create(subfolder));
    }
    return tree;
  }
}
