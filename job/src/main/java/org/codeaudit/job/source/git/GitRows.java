package org.codeaudit.job.source.git;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.codeaudit.AuditException;
import org.codeaudit.job.source.repository.GitErrors;
import org.codeaudit.job.source.repository.GitReader;
import org.codeaudit.job.source.repository.RepositoryLocation;
import org.codeaudit.job.source.row.ChangePartition;
import org.codeaudit.job.source.row.ChangeRow;
import org.codeaudit.job.source.row.RowsOf;

/** Opens a repository where a partition runs; if that fails, the partition's rows say so. */
final class GitRows {
  private GitRows() {}

  /**
   * @param failed the rows in place of those that cannot be read
   */
  static ChangePartition.Rows of(
      RepositoryLocation location,
      RepositoryLocation.Needs needs,
      GitPartition.Opener opener,
      Function<AuditException, List<ChangeRow>> failed) {
    GitReader reader = null;
    try {
      reader = location.open(needs);
      return new RowsOf(opener.open(reader), reader::close);
    } catch (IOException | RuntimeException broken) {
      if (reader != null) {
        reader.close();
      }
      AuditException error =
          GitErrors.of("Repository " + location.place() + " cannot be read", broken);
      return new RowsOf(failed.apply(error).iterator(), () -> {});
    }
  }
}
