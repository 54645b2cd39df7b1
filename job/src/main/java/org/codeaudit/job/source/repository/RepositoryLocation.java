package org.codeaudit.job.source.repository;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.jgit.lib.ObjectId;

/** Where a repository lies, as far as executors need it. */
public interface RepositoryLocation extends Serializable {

  /** The name in the column {@code repository}. */
  String name();

  /** The same place with another name. */
  RepositoryLocation named(String other);

  /** The folder or address of the repository, the same for whatever is read of it. */
  String place();

  /** The part of the tree to read, with forward slashes; empty for all of it. */
  String subfolder();

  /** Lists the contents of files that are going to be read, from trees alone. */
  interface Needs {
    Set<ObjectId> of(GitReader reader) throws IOException;
  }

  /** Opens the repository; what is needed is there then, as far as it exists. The caller closes. */
  GitReader open(Needs needs) throws IOException;

  /** Locations with unique names: where two places have the same, each is called by its place. */
  static List<RepositoryLocation> withUniqueNames(List<RepositoryLocation> locations) {
    Map<String, Set<String>> placesOfName =
        locations.stream()
            .collect(
                Collectors.groupingBy(
                    RepositoryLocation::name,
                    Collectors.mapping(RepositoryLocation::place, Collectors.toSet())));
    return locations.stream()
        .map(
            location ->
                placesOfName.get(location.name()).size() > 1
                    ? location.named(location.place().replaceFirst("/\\.git$", ""))
                    : location)
        .toList();
  }
}
