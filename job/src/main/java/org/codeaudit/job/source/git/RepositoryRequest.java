package org.codeaudit.job.source.git;

import java.io.IOException;
import java.io.Serializable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.codeaudit.AuditException;
import org.codeaudit.job.source.mirror.Mirror;
import org.codeaudit.job.source.mirror.MirrorCache;
import org.codeaudit.job.source.mirror.RemoteRepository;
import org.codeaudit.job.source.repository.CommitRange;
import org.codeaudit.job.source.repository.GitErrors;
import org.codeaudit.job.source.repository.LocalRepository;
import org.codeaudit.job.source.repository.Repositories;
import org.codeaudit.job.source.repository.RepositoryLocation;
import org.eclipse.jgit.lib.Repository;

/**
 * A repository and what is wanted of it.
 *
 * @param ranges an empty text means the last commits of HEAD
 */
record RepositoryRequest(RepositoryLocation location, List<String> ranges) implements Serializable {
  private static final Pattern COMMIT_ID = Pattern.compile("[0-9a-f]{40}");

  RepositoryRequest {
    ranges = List.copyOf(ranges);
  }

  /**
   * The result of a request: one of the two is null.
   *
   * @param error is to be its row
   */
  record Planned(RepositoryRequest request, Pins pins, AuditException error)
      implements Serializable {}

  /** Looks at the repository; of one on a server, the mirror of this node is brought up to date. */
  Planned plan(Pins.Wish wish) {
    try {
      Pins pins = location instanceof RemoteRepository remote ? pin(remote, wish) : pin(wish);
      return new Planned(pinned(pins), pins, null);
    } catch (IOException | RuntimeException broken) {
      String what = "Repository " + location.place() + " cannot be read";
      return new Planned(this, null, GitErrors.of(what, broken));
    }
  }

  private RepositoryRequest pinned(Pins pins) {
    return location instanceof RemoteRepository remote
        ? new RepositoryRequest(remote.pinned(pins.tips()), ranges)
        : this;
  }

  private Pins pin(Pins.Wish wish) throws IOException {
    LocalRepository local = (LocalRepository) location;
    try (Repository repository = Repositories.open(local.gitFolder())) {
      return Pins.of(repository, location, new LinkedHashSet<>(ranges), wish);
    }
  }

  private Pins pin(RemoteRepository remote, Pins.Wish wish) throws IOException {
    return MirrorCache.of(remote.mirrors())
        .use(
            remote.url(),
            mirror -> {
              try (mirror) {
                bring(mirror);
                try (Repository repository = Repositories.openMirror(mirror.folder())) {
                  return Pins.of(repository, location, new LinkedHashSet<>(ranges), wish);
                }
              }
            });
  }

  private void bring(Mirror mirror) throws IOException {
    mirror.update(ranges.stream().anyMatch(range -> !range.isEmpty()));
    for (String range : ranges) {
      for (String name : CommitRange.names(range)) {
        if (COMMIT_ID.matcher(name).matches()) {
          mirror.bringCommits(List.of(name));
        } else if (name.matches("refs/(?!heads/|tags/)[\\w./-]+")) {
          mirror.bringRef(name);
        }
      }
    }
  }
}
