package org.codeaudit.job.source;

import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.codeaudit.AuditException;
import org.codeaudit.job.source.GitOptions.Limits;

/** Shares of a repository's commits or files. */
final class GitPartition {

  /**
   * A file of a tree.
   *
   * @param modeBits git's file mode, e.g. 0100644
   */
  record TreeFile(String path, String objectId, int modeBits) implements Serializable {}

  /** Some commits, newest first, to be compared with their parents. */
  record Commits(RepositoryLocation location, List<String> commits, Limits limits)
      implements ChangePartition {
    @Override
    public int units() {
      return commits.size();
    }

    @Override
    public Rows rows() {
      return GitRows.of(
          location, reader -> new CommitRows(reader, location, commits.iterator(), limits));
    }
  }

  /** Some files of one commit's tree. */
  record Files(RepositoryLocation location, String commit, List<TreeFile> files, Limits limits)
      implements ChangePartition {
    @Override
    public int units() {
      return files.size();
    }

    @Override
    public Rows rows() {
      return GitRows.of(location, reader -> FileRows.of(reader, location, this));
    }
  }

  /** A repository that could not be planned, so that it still has its row. */
  record Failed(String repository, String errorClass, String message) implements ChangePartition {
    static Failed of(String repository, AuditException error) {
      return new Failed(repository, error.errorClass(), error.getMessage());
    }

    @Override
    public Rows rows() {
      ChangeRow row = ChangeRow.whole(ChangeRow.Origin.of(repository)).failed(errorClass, message);
      return new RowsOf(List.of(row).iterator(), () -> {});
    }
  }

  /** Opens the rows of a repository that is open. */
  interface Opener {
    Iterator<ChangeRow> open(GitReader reader) throws IOException;
  }

  private GitPartition() {}
}
