package org.codeaudit.rule;

import java.util.List;
import java.util.Set;

/**
 * An entry of rules: checks that are asked about some files, and not about all.
 *
 * @param paths of these files, any of them; empty for all files
 * @param ids of the checks
 */
record RequestedChecks(List<Glob> paths, Set<String> ids) {
  RequestedChecks {
    paths = List.copyOf(paths);
    ids = Set.copyOf(ids);
  }

  boolean about(String path) {
    return paths.isEmpty() || paths.stream().anyMatch(glob -> glob.matches(path));
  }
}
