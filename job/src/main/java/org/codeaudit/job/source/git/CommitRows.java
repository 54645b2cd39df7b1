package org.codeaudit.job.source.git;

import java.io.IOException;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.codeaudit.change.ChangeKind;
import org.codeaudit.change.SkipReason;
import org.codeaudit.job.source.repository.GitErrors;
import org.codeaudit.job.source.repository.GitReader;
import org.codeaudit.job.source.repository.RepositoryLocation;
import org.codeaudit.job.source.repository.RulesAtCommit;
import org.codeaudit.job.source.repository.TreeDiff;
import org.codeaudit.job.source.row.ChangeRow;
import org.codeaudit.job.source.skip.ReadLimits;
import org.codeaudit.udf.row.Flattened;
import org.eclipse.jgit.diff.DiffEntry;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;

/**
 * The rows of some commits, one file at a time: of a commit with ten thousand files only their
 * names are held. A commit without rows of its own (merge, empty, unreadable) has one row saying
 * why.
 */
final class CommitRows {
  private final GitReader reader;
  private final RepositoryLocation location;
  private final CommitRules rules;
  private final ReadLimits limits;
  private final TreeDiff trees;
  private boolean first;

  private CommitRows(
      GitReader reader,
      RepositoryLocation location,
      CommitRules rules,
      boolean first,
      ReadLimits limits) {
    this.reader = reader;
    this.location = location;
    this.rules = rules;
    this.first = first;
    this.limits = limits;
    this.trees = new TreeDiff(reader, location.subfolder(), limits);
  }

  /**
   * @param first whether these are the first commits that are read of the repository: then rules of
   *     the first that cannot be used have a row of their own
   */
  static Iterator<ChangeRow> of(
      GitReader reader,
      RepositoryLocation location,
      List<String> commits,
      CommitRules rules,
      boolean first,
      ReadLimits limits) {
    CommitRows rows = new CommitRows(reader, location, rules, first, limits);
    return new Flattened<>(commits.iterator(), rows::rowsOf);
  }

  private Iterator<ChangeRow> rowsOf(String id) {
    ChangeRow.Origin origin = new ChangeRow.Origin(location.name(), id, null, null);
    try {
      RevCommit commit = reader.walk().parseCommit(ObjectId.fromString(id));
      origin = origin(commit);
      String reason = reasonToSkip(reader, commit, limits);
      if (reason != null) {
        return one(ChangeRow.whole(origin).skipped(reason));
      }
      RevCommit parent =
          commit.getParentCount() == 0 ? null : reader.walk().parseCommit(commit.getParent(0));
      List<DiffEntry> entries = trees.between(parent, commit);
      if (entries.isEmpty()) {
        return one(ChangeRow.whole(origin).skipped(SkipReason.EMPTY_COMMIT));
      }
      RulesAtCommit.Found found = rules.of(reader, parent);
      FileComparison comparison =
          new FileComparison(reader, origin, commit.getTree(), found, limits);
      return Stream.concat(unusable(found, origin).stream(), entries.stream().map(comparison::row))
          .iterator();
    } catch (IOException | RuntimeException broken) {
      String what = "Commit " + id + " of repository " + location.name() + " cannot be read";
      return one(ChangeRow.whole(origin).failed(GitErrors.of(what, broken)));
    }
  }

  private Optional<ChangeRow> unusable(RulesAtCommit.Found found, ChangeRow.Origin origin) {
    boolean said = !first;
    first = false;
    return found
        .problem()
        .filter(problem -> !said)
        .map(problem -> FileRows.ofRules(origin, ChangeKind.MODIFIED, problem));
  }

  /** Why a commit is not compared with its parent; null if it is. */
  static String reasonToSkip(GitReader reader, RevCommit commit, ReadLimits limits) {
    if (reader.isShallowBoundary(commit)) {
      return SkipReason.SHALLOW_BOUNDARY;
    }
    return commit.getParentCount() > 1 && !limits.merges() ? SkipReason.MERGE : null;
  }

  private ChangeRow.Origin origin(RevCommit commit) {
    String parent = commit.getParentCount() == 0 ? null : commit.getParent(0).name();
    Instant time = Instant.ofEpochSecond(commit.getCommitTime());
    return new ChangeRow.Origin(location.name(), commit.name(), parent, time);
  }

  private static Iterator<ChangeRow> one(ChangeRow row) {
    return List.of(row).iterator();
  }
}
