package org.codeaudit.job.source.git;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.codeaudit.change.ChangeKind;
import org.codeaudit.change.Languages;
import org.codeaudit.change.SkipReason;
import org.codeaudit.job.source.repository.GitErrors;
import org.codeaudit.job.source.repository.GitReader;
import org.codeaudit.job.source.repository.RulesAtCommit;
import org.codeaudit.job.source.repository.TextDiff;
import org.codeaudit.job.source.row.ChangeRow;
import org.codeaudit.job.source.skip.LinguistMarks;
import org.codeaudit.job.source.skip.ReadLimits;
import org.codeaudit.job.source.skip.ReviewPolicy;
import org.codeaudit.job.source.skip.SourceText;
import org.eclipse.jgit.diff.DiffEntry;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.FileMode;

/**
 * Makes the row of one file of a commit. Whatever goes wrong with the file becomes its row's error.
 */
final class FileComparison {
  private final GitReader reader;
  private final ChangeRow.Origin origin;
  private final AnyObjectId tree;
  private final RulesAtCommit.Found rules;
  private final ReadLimits limits;

  /**
   * @param tree the commit's tree, whose {@code .gitattributes} count
   * @param rules those that were in force before the commit
   */
  FileComparison(
      GitReader reader,
      ChangeRow.Origin origin,
      AnyObjectId tree,
      RulesAtCommit.Found rules,
      ReadLimits limits) {
    this.reader = reader;
    this.origin = origin;
    this.tree = tree.copy();
    this.rules = rules;
    this.limits = limits;
  }

  ChangeRow row(DiffEntry entry) {
    boolean deleted = entry.getChangeType() == DiffEntry.ChangeType.DELETE;
    String path = deleted ? entry.getOldPath() : entry.getNewPath();
    ChangeRow row = ChangeRow.of(origin, path, kind(entry));
    if (entry.getChangeType() == DiffEntry.ChangeType.RENAME) {
      row.oldPath(entry.getOldPath());
    }
    Languages.ofPath(path).ifPresent(row::language);
    try {
      fill(row, entry);
    } catch (IOException | RuntimeException broken) {
      String what =
          "File "
              + path
              + " of commit "
              + origin.commitId()
              + " in repository "
              + origin.repository()
              + " cannot be read";
      row.failed(GitErrors.of(what, broken));
    }
    return row;
  }

  private void fill(ChangeRow row, DiffEntry entry) throws IOException {
    Optional<String> reason =
        skipByEntry(entry).or(() -> ReviewPolicy.skipByRules(row.path(), rules.rules()));
    if (reason.isPresent()) {
      row.skipped(reason.get());
      return;
    }
    LinguistMarks marks = reader.attributes().of(tree, row.path());
    AnyObjectId newId = entry.getNewId().toObjectId();
    long size = reader.size(newId);
    row.bytes(size);
    boolean hasOld = entry.getChangeType() != DiffEntry.ChangeType.ADD;
    reason = ReviewPolicy.skipUnread(row.path(), marks, size, limits.maxBytes());
    if (reason.isEmpty() && hasOld) {
      long oldSize = reader.size(entry.getOldId().toObjectId());
      reason = ReviewPolicy.skipBySize(oldSize, limits.maxBytes());
    }
    if (reason.isPresent()) {
      row.skipped(reason.get());
      return;
    }
    byte[] oldBytes = hasOld ? reader.bytes(entry.getOldId().toObjectId()) : new byte[0];
    compare(row, oldBytes, reader.bytes(newId), marks);
  }

  private void compare(ChangeRow row, byte[] oldBytes, byte[] newBytes, LinguistMarks marks)
      throws IOException {
    if (SourceText.isBinary(oldBytes) || SourceText.isBinary(newBytes)) {
      row.skipped(SkipReason.BINARY);
      return;
    }
    SourceText source = SourceText.of(newBytes);
    String text = source.text();
    if (text.isEmpty() && SourceText.of(oldBytes).text().isEmpty()) {
      row.skipped(SkipReason.EMPTY_FILE);
      return;
    }
    Optional<String> language = Languages.ofPath(row.path()).or(() -> Languages.ofFirstLine(text));
    language.ifPresent(row::language);
    Optional<String> reason = ReviewPolicy.skipText(text, marks, language);
    if (reason.isPresent()) {
      row.skipped(reason.get());
      return;
    }
    byte[] old = SourceText.of(oldBytes).utf8();
    byte[] diff = TextDiff.between(old, source.utf8(), limits.contextLines());
    if (diff.length == 0) {
      row.skipped(SkipReason.EMPTY_DIFF);
      return;
    }
    row.diff(diff).content(source.utf8()).rules(rules.text());
    tooLong(diff).ifPresent(row::skipped);
  }

  private Optional<String> tooLong(byte[] diff) {
    // no text has more characters than bytes
    int characters =
        diff.length <= limits.maxDiffCharacters()
            ? diff.length
            : new String(diff, StandardCharsets.UTF_8).length();
    return characters > limits.maxDiffCharacters()
        ? Optional.of(SkipReason.tooLarge(characters, "characters of diff"))
        : Optional.empty();
  }

  private static Optional<String> skipByEntry(DiffEntry entry) {
    Optional<String> special =
        skipByMode(entry.getOldMode()).or(() -> skipByMode(entry.getNewMode()));
    if (special.isPresent()) {
      return special;
    }
    if (entry.getChangeType() == DiffEntry.ChangeType.DELETE) {
      return Optional.of(SkipReason.DELETED);
    }
    if (!entry.getOldId().equals(entry.getNewId())) {
      return Optional.empty();
    }
    boolean renamed = entry.getChangeType() == DiffEntry.ChangeType.RENAME;
    return Optional.of(renamed ? SkipReason.RENAMED_ONLY : SkipReason.MODE_ONLY);
  }

  /** What is in the tree but is no file. */
  static Optional<String> skipByMode(FileMode mode) {
    if (FileMode.GITLINK.equals(mode)) {
      return Optional.of(SkipReason.SUBMODULE);
    }
    return FileMode.SYMLINK.equals(mode) ? Optional.of(SkipReason.SYMBOLIC_LINK) : Optional.empty();
  }

  private static ChangeKind kind(DiffEntry entry) {
    return switch (entry.getChangeType()) {
      case ADD -> ChangeKind.ADDED;
      case DELETE -> ChangeKind.DELETED;
      case RENAME -> ChangeKind.RENAMED;
      case COPY -> ChangeKind.COPIED;
      case MODIFY ->
          entry.getOldId().equals(entry.getNewId()) ? ChangeKind.MODE_CHANGED : ChangeKind.MODIFIED;
    };
  }
}
