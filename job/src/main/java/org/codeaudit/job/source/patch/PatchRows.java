package org.codeaudit.job.source.patch;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.codeaudit.change.ChangeKind;
import org.codeaudit.change.DiffErrors;
import org.codeaudit.change.FilePatch;
import org.codeaudit.change.Languages;
import org.codeaudit.change.SkipReason;
import org.codeaudit.change.UnifiedDiffParser;
import org.codeaudit.job.source.row.ChangeRow;
import org.codeaudit.job.source.skip.LinguistMarks;
import org.codeaudit.job.source.skip.ReviewPolicy;

/**
 * The rows of one patch: one per file of it, or one saying that there are none. Any failure here,
 * except in reading lines, becomes a row that names the patch: it must not affect the rows of other
 * patches.
 */
public final class PatchRows implements Iterator<ChangeRow> {
  /** How much of a new file's text is looked at for a generator's mark. */
  private static final int HEADER_CHARACTERS = 4_000;

  private final Iterator<String> lines;
  private final UnifiedDiffParser parser;
  private final String name;
  private final String repository;
  private final Optional<String> path;
  private boolean any;
  private boolean hadText;
  private boolean ended;
  private RuntimeException failure;

  /**
   * @param name the patch's name for messages
   * @param repository what the column {@code repository} says
   */
  public PatchRows(Iterator<String> raw, String name, String repository, int maxDiffCharacters) {
    this(raw, name, repository, Optional.empty(), maxDiffCharacters);
  }

  /**
   * As {@link #PatchRows(Iterator, String, String, int)}.
   *
   * @param path of the file that the patch is of where it names none
   */
  public PatchRows(
      Iterator<String> raw,
      String name,
      String repository,
      Optional<String> path,
      int maxDiffCharacters) {
    this.lines = new MailboxLines(raw, 4L * maxDiffCharacters + 4);
    this.parser = new UnifiedDiffParser(lines, name, path, maxDiffCharacters);
    this.name = name;
    this.repository = repository;
    this.path = path;
    this.hadText = trying(lines::hasNext);
  }

  @Override
  public boolean hasNext() {
    if (ended || failure != null) {
      return !ended;
    }
    // Asked first: reading ahead may fail, and must not do so in next().
    return trying(() -> parser.hasNext() || !any);
  }

  /** What reading says; true if it failed, for the row that says so. */
  private boolean trying(BooleanSupplier reading) {
    try {
      return reading.getAsBoolean();
    } catch (UncheckedIOException unreadable) {
      throw unreadable; // whoever opened the file says which it was
    } catch (RuntimeException broken) {
      failure = broken;
      return true;
    }
  }

  @Override
  public ChangeRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    boolean first = !any;
    any = true;
    if (failure != null) {
      ended = true;
      return whole().failed(DiffErrors.unexpected("patch " + name, failure));
    }
    if (parser.hasNext()) {
      return rowOrFailure(parser.next());
    }
    if (!first) {
      throw new NoSuchElementException();
    }
    return hadText && !parser.recognizedAnything()
        ? whole().failed(DiffErrors.notAPatch(name))
        : whole().skipped(SkipReason.EMPTY_DIFF);
  }

  /** The row of a patch that has no rows of its files. */
  private ChangeRow whole() {
    ChangeRow.Origin origin = ChangeRow.Origin.of(repository);
    return path.map(file -> ChangeRow.of(origin, file, ChangeKind.MODIFIED))
        .orElseGet(() -> ChangeRow.whole(origin));
  }

  private ChangeRow rowOrFailure(FilePatch file) {
    try {
      return row(file);
    } catch (RuntimeException broken) {
      return begun(file)
          .failed(DiffErrors.unexpected("file " + file.path() + " of patch " + name, broken));
    }
  }

  private ChangeRow begun(FilePatch file) {
    ChangeRow.Origin origin =
        new ChangeRow.Origin(repository, file.commitId().orElse(null), null, null);
    return ChangeRow.of(origin, file.path(), file.kind()).oldPath(file.oldPath().orElse(null));
  }

  private ChangeRow row(FilePatch file) {
    ChangeRow row = begun(file);
    Optional<String> language =
        Languages.ofPath(file.path()).or(() -> Languages.ofFirstLine(firstLines(file)));
    language.ifPresent(row::language);
    if (file.error().isPresent()) {
      return row.failed(file.error().get());
    }
    Optional<String> reason = skipReason(file, language);
    if (reason.isPresent()) {
      return row.skipped(reason.get());
    }
    byte[] diff = file.diff().getBytes(StandardCharsets.UTF_8);
    return row.diff(diff).bytes(diff.length);
  }

  private static Optional<String> skipReason(FilePatch file, Optional<String> language) {
    LinguistMarks marks = LinguistMarks.NONE;
    // In the order of all sources: what a file is called comes before what it holds.
    Optional<String> kind = file.skipReason().filter(reason -> !SkipReason.isOfContent(reason));
    return kind.or(() -> ReviewPolicy.skipByPath(file.path(), marks))
        .or(file::skipReason)
        .or(() -> ReviewPolicy.skipByContent(firstLines(file), marks))
        .or(
            () ->
                ReviewPolicy.skipByContent(file.diff(), marks).filter(SkipReason.MINIFIED::equals))
        .or(() -> ReviewPolicy.skipByLanguage(language));
  }

  /** The new file's first lines as far as the patch shows them; empty if it begins further down. */
  private static String firstLines(FilePatch file) {
    String diff = file.diff();
    int start = diff.indexOf('\n') + 1;
    boolean fromTop = file.kind() == ChangeKind.ADDED || diff.startsWith("@@ -1,");
    if (start == 0 || !fromTop) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    String top = diff.substring(start, Math.min(diff.length(), start + HEADER_CHARACTERS));
    top.lines()
        .takeWhile(line -> !line.startsWith("@@ "))
        .filter(line -> line.startsWith("+") || line.startsWith(" "))
        .forEach(line -> text.append(line, 1, line.length()).append('\n'));
    return text.toString();
  }
}
