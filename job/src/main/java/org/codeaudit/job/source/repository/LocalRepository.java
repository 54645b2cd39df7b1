package org.codeaudit.job.source.repository;

import java.io.IOException;

/**
 * A repository every machine can open under the same path.
 *
 * @param gitFolder absolute path of the folder with the objects and refs
 */
public record LocalRepository(String gitFolder, String name, String subfolder)
    implements RepositoryLocation {
  @Override
  public LocalRepository named(String other) {
    return new LocalRepository(gitFolder, other, subfolder);
  }

  @Override
  public String place() {
    return gitFolder;
  }

  @Override
  public GitReader open(Needs needs) throws IOException {
    return GitReader.of(Repositories.open(gitFolder), () -> {});
  }
}
