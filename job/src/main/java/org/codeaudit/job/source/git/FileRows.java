package org.codeaudit.job.source.git;

import java.io.IOException;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.codeaudit.AuditException;
import org.codeaudit.change.ChangeKind;
import org.codeaudit.change.Languages;
import org.codeaudit.change.SkipReason;
import org.codeaudit.job.source.repository.GitErrors;
import org.codeaudit.job.source.repository.GitReader;
import org.codeaudit.job.source.repository.RepositoryLocation;
import org.codeaudit.job.source.repository.RulesAtCommit;
import org.codeaudit.job.source.repository.TreeFiles;
import org.codeaudit.job.source.row.ChangeRow;
import org.codeaudit.job.source.skip.LinguistMarks;
import org.codeaudit.job.source.skip.ReadLimits;
import org.codeaudit.job.source.skip.ReviewPolicy;
import org.codeaudit.job.source.skip.SourceText;
import org.codeaudit.rule.RepositoryRules;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;

/** Files of a commit's tree as they are, one row each. */
final class FileRows {
  private final GitReader reader;
  private final ChangeRow.Origin origin;
  private final AnyObjectId tree;
  private final RulesAtCommit.Found rules;
  private final ReadLimits limits;

  private FileRows(
      GitReader reader,
      ChangeRow.Origin origin,
      AnyObjectId tree,
      RulesAtCommit.Found rules,
      ReadLimits limits) {
    this.reader = reader;
    this.origin = origin;
    this.tree = tree;
    this.rules = rules;
    this.limits = limits;
  }

  /**
   * @param first whether these are the first files of the tree: then rules that cannot be used have
   *     a row of their own
   */
  static Iterator<ChangeRow> of(
      GitReader reader,
      RepositoryLocation location,
      RevCommit commit,
      List<TreeFiles.File> files,
      boolean first,
      ReadLimits limits)
      throws IOException {
    Instant time = Instant.ofEpochSecond(commit.getCommitTime());
    ChangeRow.Origin origin = new ChangeRow.Origin(location.name(), commit.name(), null, time);
    RulesAtCommit.Found rules = reader.rules().of(commit.getTree());
    FileRows rows = new FileRows(reader, origin, commit.getTree(), rules, limits);
    Stream<ChangeRow> unusable =
        rules.problem().filter(problem -> first).stream()
            .map(problem -> ofRules(origin, ChangeKind.FILE, problem));
    return Stream.concat(unusable, files.stream().map(rows::row)).iterator();
  }

  /** The row of rules that cannot be used. */
  static ChangeRow ofRules(ChangeRow.Origin origin, ChangeKind kind, AuditException problem) {
    return ChangeRow.of(origin, RepositoryRules.FILE, kind).failed(problem);
  }

  private ChangeRow row(TreeFiles.File file) {
    ChangeRow row = ChangeRow.of(origin, file.path(), ChangeKind.FILE);
    Languages.ofPath(file.path()).ifPresent(row::language);
    try {
      skipReason(row, file).ifPresent(row::skipped);
    } catch (IOException | RuntimeException broken) {
      String what =
          "File "
              + file.path()
              + " of commit "
              + origin.commitId()
              + " in repository "
              + origin.repository()
              + " cannot be read";
      row.failed(GitErrors.of(what, broken));
    }
    return row;
  }

  /**
   * Why the file is not reviewed; if nothing speaks against it, its content is put into the row.
   */
  private Optional<String> skipReason(ChangeRow row, TreeFiles.File file) throws IOException {
    Optional<String> special =
        FileComparison.skipByMode(file.mode())
            .or(() -> ReviewPolicy.skipByRules(file.path(), rules.rules()));
    if (special.isPresent()) {
      return special;
    }
    ObjectId blob = file.id();
    long size = reader.size(blob);
    row.bytes(size);
    LinguistMarks marks = reader.attributes().of(tree, file.path());
    Optional<String> reason = ReviewPolicy.skipUnread(file.path(), marks, size, limits.maxBytes());
    return reason.isPresent() ? reason : skipByContent(row, reader.bytes(blob), marks);
  }

  private Optional<String> skipByContent(ChangeRow row, byte[] bytes, LinguistMarks marks) {
    if (SourceText.isBinary(bytes)) {
      return Optional.of(SkipReason.BINARY);
    }
    SourceText source = SourceText.of(bytes);
    String text = source.text();
    if (text.isEmpty()) {
      return Optional.of(SkipReason.EMPTY_FILE);
    }
    Optional<String> language = Languages.ofPath(row.path()).or(() -> Languages.ofFirstLine(text));
    language.ifPresent(row::language);
    row.content(source.utf8()).rules(rules.text());
    return ReviewPolicy.skipText(text, marks, language);
  }
}
