package org.codeaudit.change;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.codeaudit.AuditException;

/**
 * Reads a patch file by file: git patches, plain {@code ---/+++} diffs (also of Subversion and
 * Mercurial), and mailboxes or logs holding several of them. Text between the files is ignored. A
 * part that cannot be read is one {@link FilePatch} with an error; the files after it are read
 * normally.
 *
 * <p>Holds one file's hunks at a time, and none beyond the limit. The format is that of the GNU
 * diffutils manual ("Detailed Description of Unified Format") and of git's {@code
 * diff-generate-patch} documentation.
 */
public final class UnifiedDiffParser implements Iterator<FilePatch> {
  private static final Pattern COMMIT =
      Pattern.compile("(?:From|commit|# Node ID) +([0-9a-f]{40}(?:[0-9a-f]{24})?)(?: .*)?");
  private static final int COMMIT_LINE_LIMIT = 4096;

  /** What {@code git diff --submodule=log} says of a submodule in place of hunks. */
  private static final Pattern SUBMODULE =
      Pattern.compile(
          "Submodule (.{1,4096}?) [0-9a-f]{7,64}\\.{2,3}[0-9a-f]{7,64}(?: \\(.*\\))?:?");

  /** What a hunk of a diff without context begins with, as in {@code 3,4c5}. */
  /** The new half of a context diff's hunk; nothing follows it if lines were only deleted. */
  private static final Pattern CONTEXT_HALF = Pattern.compile("--- \\d+(?:,\\d+)? ----");

  private static final Pattern NORMAL_HUNK = Pattern.compile("\\d+(?:,\\d+)?[acd]\\d+(?:,\\d+)?");

  private static final String CONTEXT_HUNK = "***************";

  private final LineCursor cursor;
  private final String name;
  private final Optional<String> nameless;
  private final long maxDiffCharacters;
  private Optional<String> commitId = Optional.empty();
  private String subversionPath = "";
  private FilePatch next;
  private boolean recognized;

  /**
   * @param lines the patch's lines without their {@code \n}; a carriage return stays
   * @param name the patch's name for messages
   * @param maxDiffCharacters how long a file's hunks may be to be kept
   */
  public UnifiedDiffParser(Iterator<String> lines, String name, long maxDiffCharacters) {
    this(lines, name, Optional.empty(), maxDiffCharacters);
  }

  /**
   * As {@link #UnifiedDiffParser(Iterator, String, long)}.
   *
   * @param nameless the path of a file that the patch does not name: of hunks that come before any
   *     header, and of headers without a name. Without it such a file is an error
   */
  public UnifiedDiffParser(
      Iterator<String> lines, String name, Optional<String> nameless, long maxDiffCharacters) {
    this.cursor = new LineCursor(lines);
    this.name = name;
    this.nameless = nameless;
    this.maxDiffCharacters = maxDiffCharacters;
  }

  /** All files of a patch that is given as text. */
  public static List<FilePatch> parse(String patch, String name) {
    return parse(patch, name, Optional.empty());
  }

  /** As {@link #parse(String, String)}, with a path for a file that the patch does not name. */
  public static List<FilePatch> parse(String patch, String name, Optional<String> nameless) {
    UnifiedDiffParser parser = new UnifiedDiffParser(lines(patch), name, nameless, Long.MAX_VALUE);
    List<FilePatch> files = new ArrayList<>();
    parser.forEachRemaining(files::add);
    return files;
  }

  /**
   * The hunks of one file.
   *
   * @param diff hunk text from the first {@code @@} on; may be empty
   * @throws AuditException {@code DIFF_MALFORMED} or {@code DIFF_TRUNCATED}, naming the line
   */
  public static List<Hunk> hunks(String diff) {
    LineCursor cursor = new LineCursor(lines(diff));
    HunkBuilder builder = new HunkBuilder();
    new HunkReader(cursor, "the diff", false, builder).read();
    if (!cursor.atEnd() && !cursor.header(0).isEmpty()) {
      throw DiffErrors.malformed(
          "the diff",
          "line " + (cursor.number() + 1) + " stands where a hunk header (@@ …) is expected");
    }
    return builder.hunks();
  }

  /**
   * The lines of a text, split at {@code \n} only and without it, none of them copied ahead of use.
   */
  public static Iterator<String> lines(String text) {
    return new TextLines(text);
  }

  /** Whether anything of a patch was seen so far: a file, or the header of a commit or mail. */
  public boolean recognizedAnything() {
    return recognized;
  }

  @Override
  public boolean hasNext() {
    if (next == null) {
      next = advance();
    }
    return next != null;
  }

  @Override
  public FilePatch next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    FilePatch result = next;
    next = null;
    recognized = true;
    return result;
  }

  private FilePatch advance() {
    while (!cursor.atEnd()) {
      String line = cursor.header(0);
      if (line.startsWith("diff --git ")) {
        return file(PatchHeader.git(line.substring(11)), true);
      }
      if (line.startsWith("diff --cc ") || line.startsWith("diff --combined ")) {
        return combined(line);
      }
      if (plainFileBegins()) {
        return file(PatchHeader.plain(), false);
      }
      if (line.startsWith(HunkHeader.PREFIX) && HunkHeader.parse(line).isPresent()) {
        return nameless.isPresent() && !recognized ? file(PatchHeader.plain(), false) : orphan();
      }
      Optional<String> other = fileOfOtherFormat();
      if (other.isPresent()) {
        return otherFormat(other.get());
      }
      cursor.next();
      Optional<String> binary = PatchHeader.binaryNotice(line);
      if (binary.isPresent()) {
        return binary(binary.get());
      }
      Matcher submodule = SUBMODULE.matcher(line);
      if (line.startsWith("Submodule ") && submodule.matches()) {
        return skipped(submodule.group(1), SkipReason.SUBMODULE);
      }
      if (line.startsWith("Cannot display: file marked as a binary type")
          && !subversionPath.isEmpty()) {
        return skipped(subversionPath, SkipReason.BINARY);
      }
      note(line);
    }
    return null;
  }

  private boolean plainFileBegins() {
    boolean namesNothing =
        cursor.header(0).equals("---")
            && cursor.header(1).equals("+++")
            && cursor.header(2).startsWith(HunkHeader.PREFIX);
    return namesNothing
        || cursor.header(0).startsWith("--- ")
            && (cursor.header(1).startsWith("+++ ")
                || cursor.peek(1) == null
                    && recognized
                    && !CONTEXT_HALF.matcher(cursor.header(0)).matches());
  }

  /**
   * The name of a file whose changes begin here as {@code diff -c} or plain {@code diff -r} write
   * them. Nothing but what cannot be mistaken for text counts, as a commit's message may quote such
   * a hunk.
   */
  private Optional<String> fileOfOtherFormat() {
    String line = cursor.header(0);
    if (line.startsWith("*** ")
        && cursor.header(1).startsWith("--- ")
        && cursor.header(2).startsWith(CONTEXT_HUNK)) {
      return Optional.of(PatchPaths.Side.of(cursor.header(1).substring(4)).name());
    }
    return line.startsWith("diff -") && NORMAL_HUNK.matcher(cursor.header(1)).matches()
        ? Optional.of(line.substring(line.lastIndexOf(' ') + 1))
        : Optional.empty();
  }

  private FilePatch otherFormat(String path) {
    AuditException error = DiffErrors.otherFormat(subject(path), cursor.number() + 1);
    cursor.next();
    return emptyPatch(withoutPrefix(path), Optional.empty(), Optional.of(error));
  }

  private void note(String line) {
    if (line.startsWith("Index: ")) {
      subversionPath = line.substring(7).strip();
      return;
    }
    if (line.length() > COMMIT_LINE_LIMIT) {
      return;
    }
    Matcher commit = COMMIT.matcher(line);
    if (commit.matches()) {
      commitId = Optional.of(commit.group(1));
      recognized = true;
    }
  }

  private FilePatch file(PatchHeader header, boolean git) {
    boolean carriageReturns = cursor.peek(0).endsWith("\r");
    int line = cursor.number() + 1;
    if (git) {
      cursor.next();
    }
    while (!cursor.atEnd() && header.accept(cursor.header(0))) {
      cursor.next();
    }
    header.firstHunk(cursor.header(0));
    String path = header.isNameless() ? nameless.orElse("") : header.path();
    if (cursor.header(0).startsWith("@@@ -")) {
      return skipped(path, SkipReason.COMBINED_DIFF);
    }
    HunkText text = new HunkText(maxDiffCharacters);
    Optional<AuditException> error = Optional.empty();
    Optional<String> skip = header.skipReason();
    try {
      new HunkReader(cursor, subject(path), carriageReturns, text).read();
      if (text.isEmpty() && !header.isBinary()) {
        Optional<String> reason = reasonForNoHunks(header, path, line);
        skip = skip.or(() -> reason);
      }
    } catch (AuditException broken) {
      error = Optional.of(broken);
      skipToNextFile();
    }
    if (error.isEmpty() && path.isEmpty()) {
      error = Optional.of(DiffErrors.nameless(subject(""), line));
    }
    if (error.isEmpty() && skip.isEmpty() && text.overflowed()) {
      skip = Optional.of(SkipReason.tooLarge(text.characters(), "characters of diff"));
    }
    return new FilePatch(
        commitId,
        path,
        header.oldPath(),
        header.kind(),
        error.isPresent() ? "" : text.text(),
        text.characters(),
        line,
        error.isPresent() ? Optional.empty() : skip,
        error);
  }

  /** Throws if the header promises hunks: then the patch was cut right here. */
  private Optional<String> reasonForNoHunks(PatchHeader header, String path, int line) {
    if (!header.isCut() && propertiesFollow()) {
      return Optional.of(SkipReason.PROPERTIES_ONLY);
    }
    Optional<String> reason = header.isCut() ? Optional.empty() : header.reasonForNoHunks();
    if (reason.isEmpty() && header.skipReason().filter(SkipReason.SUBMODULE::equals).isEmpty()) {
      throw DiffErrors.noHunks(subject(path), line, cursor.number());
    }
    return reason;
  }

  /** Whether Subversion goes on with a file's properties, of which it has nothing else to say. */
  private boolean propertiesFollow() {
    return cursor.header(cursor.header(0).isEmpty() ? 1 : 0).startsWith("Property changes on: ");
  }

  private String subject(String path) {
    return "file " + (path.isEmpty() ? "(unnamed)" : path) + " of patch " + name;
  }

  private void skipToNextFile() {
    while (!cursor.atEnd()) {
      String line = cursor.header(0);
      if (line.startsWith("diff --") || line.startsWith("Index: ") || plainFileBegins()) {
        return;
      }
      cursor.next();
      note(line);
    }
  }

  private FilePatch combined(String line) {
    cursor.next();
    String path = PatchPaths.unquote(line.substring(line.indexOf(' ', 7) + 1));
    FilePatch result = skipped(path, SkipReason.COMBINED_DIFF);
    while (!cursor.atEnd() && !cursor.header(0).startsWith("diff --") && !commitBegins()) {
      cursor.next();
    }
    return result;
  }

  private boolean commitBegins() {
    String line = cursor.header(0);
    return line.length() <= COMMIT_LINE_LIMIT && COMMIT.matcher(line).matches();
  }

  private FilePatch binary(String path) {
    return skipped(withoutPrefix(path), SkipReason.BINARY);
  }

  private static String withoutPrefix(String path) {
    return PatchPaths.hasPrefix(path) ? path.substring(2) : path;
  }

  private FilePatch orphan() {
    AuditException error = DiffErrors.orphan(name, cursor.number() + 1);
    FilePatch result = emptyPatch("", Optional.empty(), Optional.of(error));
    skipToNextFile();
    return result;
  }

  private FilePatch skipped(String path, String reason) {
    String named = path.isEmpty() ? nameless.orElse("") : path;
    return named.isEmpty()
        ? emptyPatch(
            "", Optional.empty(), Optional.of(DiffErrors.nameless(subject(""), cursor.number())))
        : emptyPatch(named, Optional.of(reason), Optional.empty());
  }

  private FilePatch emptyPatch(String path, Optional<String> skip, Optional<AuditException> error) {
    int line = Math.max(1, cursor.number());
    return new FilePatch(
        commitId, path, Optional.empty(), ChangeKind.MODIFIED, "", 0, line, skip, error);
  }

  /** Lines of a text; a last line without {@code \n} counts, an empty rest does not. */
  private static final class TextLines implements Iterator<String> {
    private final String text;
    private int position;

    TextLines(String text) {
      this.text = text;
    }

    @Override
    public boolean hasNext() {
      return position < text.length();
    }

    @Override
    public String next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      int end = text.indexOf('\n', position);
      String line = text.substring(position, end < 0 ? text.length() : end);
      position = end < 0 ? text.length() : end + 1;
      return line;
    }
  }
}
