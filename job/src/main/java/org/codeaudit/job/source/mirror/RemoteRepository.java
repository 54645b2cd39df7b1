package org.codeaudit.job.source.mirror;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.codeaudit.job.source.repository.GitReader;
import org.codeaudit.job.source.repository.Repositories;
import org.codeaudit.job.source.repository.RepositoryLocation;
import org.codeaudit.job.source.row.RemoteUrl;
import org.eclipse.jgit.lib.ObjectId;

/**
 * A repository on a server, read from the mirror of the node that reads.
 *
 * @param tips the pinned commits whose histories hold all that is read
 */
public record RemoteRepository(
    RemoteUrl url, String name, MirrorSettings mirrors, List<String> tips)
    implements RepositoryLocation {
  public RemoteRepository {
    tips = List.copyOf(tips);
  }

  public RemoteRepository pinned(Collection<String> commits) {
    return new RemoteRepository(url, name, mirrors, List.copyOf(commits));
  }

  @Override
  public RemoteRepository named(String other) {
    return new RemoteRepository(url, other, mirrors, tips);
  }

  @Override
  public String place() {
    return url.text();
  }

  @Override
  public String subfolder() {
    return "";
  }

  /** The mirror may be of a node that did not plan: commits are fetched by their ids then. */
  @Override
  public GitReader open(Needs needs) throws IOException {
    return MirrorCache.of(mirrors)
        .use(
            url,
            mirror -> {
              mirror.bringCommits(tips);
              List<String> wanted = wanted(mirror, needs);
              if (!mirror.missing(wanted).isEmpty()) {
                mirror.bringFiles(wanted);
              }
              return reader(mirror, mirror::close);
            });
  }

  private List<String> wanted(Mirror mirror, Needs needs) throws IOException {
    GitReader reader = reader(mirror, () -> {});
    try {
      for (String tip : tips) {
        reader.walk().parseCommit(ObjectId.fromString(tip));
      }
      return needs.of(reader).stream().map(ObjectId::name).toList();
    } finally {
      reader.close();
    }
  }

  private static GitReader reader(Mirror mirror, Runnable closing) throws IOException {
    return GitReader.of(Repositories.openMirror(mirror.folder()), closing);
  }
}
