package org.codeaudit.job.source.repository;

import java.io.IOException;
import java.util.Set;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;

/** An open repository with one reader for all that a partition reads. Used by one thread. */
public final class GitReader {
  private final Repository repository;
  private final ObjectReader objects;
  private final RevWalk walk;
  private final LinguistAttributes attributes;
  private final RulesAtCommit rules;
  private final Set<ObjectId> shallow;

  private final Runnable closing;

  private GitReader(Repository repository, Runnable closing) throws IOException {
    this.repository = repository;
    this.closing = closing;
    this.objects = new RecentObjects(repository.newObjectReader());
    this.walk = new RevWalk(objects);
    this.attributes = new LinguistAttributes(objects);
    this.rules = new RulesAtCommit(objects);
    this.shallow = repository.getObjectDatabase().getShallowCommits();
  }

  /**
   * Reads a repository, which is closed with it.
   *
   * @param closing what else is to be done then
   */
  public static GitReader of(Repository repository, Runnable closing) throws IOException {
    try {
      return new GitReader(repository, closing);
    } catch (IOException | RuntimeException broken) {
      repository.close();
      throw broken;
    }
  }

  Repository repository() {
    return repository;
  }

  public ObjectReader objects() {
    return objects;
  }

  public RevWalk walk() {
    return walk;
  }

  public LinguistAttributes attributes() {
    return attributes;
  }

  public RulesAtCommit rules() {
    return rules;
  }

  /** Whether a shallow clone left out this commit's parents. */
  public boolean isShallowBoundary(AnyObjectId commit) {
    return shallow.contains(commit);
  }

  public long size(AnyObjectId blob) throws IOException {
    return objects.getObjectSize(blob, Constants.OBJ_BLOB);
  }

  /** A file's content; the caller has held its size against the limit. */
  public byte[] bytes(AnyObjectId blob) throws IOException {
    return objects.open(blob, Constants.OBJ_BLOB).getCachedBytes(Integer.MAX_VALUE);
  }

  public void close() {
    walk.close();
    objects.close();
    repository.close();
    closing.run();
  }
}
