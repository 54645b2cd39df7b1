package org.codeaudit.job.source.git;

import java.io.IOException;
import java.io.Serializable;
import java.util.Optional;
import org.codeaudit.job.source.repository.GitReader;
import org.codeaudit.job.source.repository.RulesAtCommit;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevTree;

/**
 * Where the rules about commits come from: what was in force before them. Of a range that is the
 * commit it begins behind, for all of its commits: else the first commit of a merge request could
 * silence what is found in the second. Without one, it is each commit's parent.
 *
 * @param base id of the commit that a range begins behind; null where there is none
 */
public record CommitRules(String base) implements Serializable {
  /** Those of each commit's parent. */
  public static final CommitRules OF_PARENTS = new CommitRules(null);

  /**
   * The rules that are in force for a commit.
   *
   * @param parent null for a root commit, before which there were none
   */
  RulesAtCommit.Found of(GitReader reader, RevCommit parent) throws IOException {
    Optional<RevTree> tree = tree(reader, parent);
    return tree.isPresent() ? reader.rules().of(tree.get()) : RulesAtCommit.Found.NONE;
  }

  /** The file that is read for it, if there is one. */
  Optional<ObjectId> blob(GitReader reader, RevCommit parent) throws IOException {
    Optional<RevTree> tree = tree(reader, parent);
    return tree.isPresent() ? reader.rules().blob(tree.get()) : Optional.empty();
  }

  private Optional<RevTree> tree(GitReader reader, RevCommit parent) throws IOException {
    RevCommit before = base == null ? parent : reader.walk().parseCommit(ObjectId.fromString(base));
    return Optional.ofNullable(before).map(RevCommit::getTree);
  }
}
