package org.codeaudit.job.source.git;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.job.source.repository.GitReader;
import org.codeaudit.job.source.repository.RepositoryLocation;
import org.codeaudit.job.source.repository.TreeFiles;
import org.codeaudit.job.source.row.ChangePartition;
import org.codeaudit.job.source.row.ChangeRow;
import org.codeaudit.job.source.row.RowsOf;
import org.codeaudit.job.source.skip.ReadLimits;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;

/** Shares of a repository's commits or files. */
public final class GitPartition {

  /**
   * Some commits, newest first, to be compared with their parents.
   *
   * @param first whether no others of the repository come before them
   */
  public record Commits(
      RepositoryLocation location,
      List<String> commits,
      CommitRules rules,
      boolean first,
      ReadLimits limits)
      implements ChangePartition {
    @Override
    public int units() {
      return commits.size();
    }

    @Override
    public Rows rows() {
      return GitRows.of(
          location,
          reader -> NeededFiles.ofCommits(reader, location.subfolder(), commits, rules, limits),
          reader -> CommitRows.of(reader, location, commits, rules, first, limits),
          this::failed);
    }

    private List<ChangeRow> failed(AuditException error) {
      return commits.stream().map(id -> GitPartition.failed(location.name(), id, error)).toList();
    }
  }

  /**
   * Some files of one commit's tree.
   *
   * @param from number of the first, as {@link TreeFiles} counts
   * @param until number after the last
   */
  public record Files(
      RepositoryLocation location, String commit, int from, int until, ReadLimits limits)
      implements ChangePartition {
    @Override
    public int units() {
      return until - from;
    }

    @Override
    public Rows rows() {
      return GitRows.of(
          location,
          reader -> NeededFiles.ofFiles(reader, parsed(reader), files(reader)),
          reader -> FileRows.of(reader, location, parsed(reader), files(reader), from == 0, limits),
          error -> List.of(GitPartition.failed(location.name(), commit, error)));
    }

    private RevCommit parsed(GitReader reader) throws IOException {
      return reader.walk().parseCommit(ObjectId.fromString(commit));
    }

    private List<TreeFiles.File> files(GitReader reader) throws IOException {
      return TreeFiles.list(reader.objects(), parsed(reader), location.subfolder(), from, until);
    }
  }

  /** A repository that could not be planned, so that it still has its row. */
  public record Failed(String repository, ErrorClass errorClass, String message)
      implements ChangePartition {
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

  private static ChangeRow failed(String repository, String commit, AuditException error) {
    ChangeRow.Origin origin = new ChangeRow.Origin(repository, commit, null, null);
    return ChangeRow.whole(origin).failed(error);
  }
}
