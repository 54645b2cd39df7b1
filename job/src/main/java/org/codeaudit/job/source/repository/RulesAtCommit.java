package org.codeaudit.job.source.repository;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.codeaudit.AuditException;
import org.codeaudit.rule.RepositoryRules;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevTree;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules at the root of a tree. A repository may mean harm by them: only a file of a bounded
 * size is read, and one that cannot be used is passed over, which is said.
 */
public final class RulesAtCommit {
  private static final Logger LOG = LoggerFactory.getLogger(RulesAtCommit.class);

  /**
   * What stands at the root of a tree.
   *
   * @param rules those in force
   * @param problem why there are none although there is such a file
   */
  public record Found(RepositoryRules rules, Optional<AuditException> problem) {
    /** There is no such file. */
    public static final Found NONE = new Found(RepositoryRules.NONE, Optional.empty());

    /** The text in UTF-8; null where there is none. */
    public byte[] text() {
      return rules == RepositoryRules.NONE ? null : rules.text().getBytes(StandardCharsets.UTF_8);
    }
  }

  private final ObjectReader objects;
  private final Map<ObjectId, Found> byBlob = new HashMap<>();

  RulesAtCommit(ObjectReader objects) {
    this.objects = objects;
  }

  /** The rules of a commit's tree; whatever is wrong with the file is in the answer. */
  public Found of(RevTree tree) throws IOException {
    try (TreeWalk entry = TreeWalk.forPath(objects, RepositoryRules.FILE, tree)) {
      if (entry == null) {
        return Found.NONE;
      }
      Found known = byBlob.get(entry.getObjectId(0));
      if (known == null) {
        known = found(entry.getFileMode(0), entry.getObjectId(0));
        byBlob.put(entry.getObjectId(0), known);
      }
      return known;
    }
  }

  /** The file that is read for a tree, if there is one. */
  public Optional<ObjectId> blob(RevTree tree) throws IOException {
    try (TreeWalk entry = TreeWalk.forPath(objects, RepositoryRules.FILE, tree)) {
      return entry == null || !isFile(entry.getFileMode(0))
          ? Optional.empty()
          : Optional.of(entry.getObjectId(0));
    }
  }

  private static boolean isFile(FileMode mode) {
    return (mode.getBits() & FileMode.TYPE_MASK) == FileMode.TYPE_FILE;
  }

  private Found found(FileMode mode, ObjectId blob) {
    try {
      return new Found(read(mode, blob), Optional.empty());
    } catch (AuditException wrong) {
      LOG.warn("{}; files are reviewed without them", wrong.getMessage());
      return new Found(RepositoryRules.NONE, Optional.of(wrong));
    } catch (IOException missing) {
      LOG.warn("Rules cannot be read", missing);
      return new Found(
          RepositoryRules.NONE,
          Optional.of(
              GitErrors.of("The rules " + RepositoryRules.FILE + " cannot be read", missing)));
    }
  }

  private RepositoryRules read(FileMode mode, ObjectId blob) throws IOException {
    if (!isFile(mode)) {
      boolean link = FileMode.SYMLINK.equals(mode);
      throw RepositoryRules.noFile(
          RepositoryRules.FILE, link ? "a symbolic link" : "no file but a folder or submodule");
    }
    long size = objects.getObjectSize(blob, Constants.OBJ_BLOB);
    if (size > RepositoryRules.MOST_BYTES) {
      throw RepositoryRules.tooLarge(RepositoryRules.FILE, size);
    }
    return RepositoryRules.read(
        RepositoryRules.FILE, objects.open(blob, Constants.OBJ_BLOB).getCachedBytes());
  }
}
