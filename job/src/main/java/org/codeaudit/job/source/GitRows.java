package org.codeaudit.job.source;

import java.io.IOException;
import java.util.List;
import org.codeaudit.AuditException;

/** Opens a repository where a partition runs; if that fails, the partition is one row saying so. */
final class GitRows {
  private GitRows() {}

  static ChangePartition.Rows of(RepositoryLocation location, GitPartition.Opener opener) {
    GitReader reader = null;
    try {
      reader = GitReader.open(location);
      return new RowsOf(opener.open(reader), reader::close);
    } catch (IOException | RuntimeException broken) {
      if (reader != null) {
        reader.close();
      }
      AuditException error =
          GitErrors.of("Repository " + location.gitFolder() + " cannot be read", broken);
      ChangeRow row = ChangeRow.whole(ChangeRow.Origin.of(location.name())).failed(error);
      return new RowsOf(List.of(row).iterator(), () -> {});
    }
  }
}
