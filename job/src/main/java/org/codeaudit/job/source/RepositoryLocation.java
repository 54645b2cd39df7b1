package org.codeaudit.job.source;

import java.io.Serializable;

/**
 * Where a repository lies, as far as executors need it.
 *
 * @param gitFolder absolute path of the folder with the objects and refs
 * @param name the name in the column {@code repository}
 * @param subfolder the part of the tree to read, with forward slashes; empty for all of it
 */
record RepositoryLocation(String gitFolder, String name, String subfolder) implements Serializable {
  RepositoryLocation named(String other) {
    return new RepositoryLocation(gitFolder, other, subfolder);
  }
}
