package org.codeaudit.change;

import java.util.Optional;
import org.codeaudit.AuditException;

/**
 * Reads the hunks of one file and holds them to the counts in their headers. The counts decide
 * where a hunk ends (a mail signature {@code -- } or a next file's {@code ---} looks like a removed
 * line), so a hunk with too few or too many lines is an error.
 */
final class HunkReader {

  /** Takes what was read, in order. */
  interface Sink {
    void header(HunkHeader header, String line);

    /** A line of a hunk with its prefix; empty for a context line whose only blank was lost. */
    void line(String line);
  }

  private final LineCursor cursor;
  private final String subject;
  private final boolean carriageReturns;
  private final Sink sink;

  /**
   * @param subject what is read, for messages, e.g. {@code file a.c of patch x.patch}
   * @param carriageReturns whether each line ends in a carriage return that is the patch's own
   */
  HunkReader(LineCursor cursor, String subject, boolean carriageReturns, Sink sink) {
    this.cursor = cursor;
    this.subject = subject;
    this.carriageReturns = carriageReturns;
    this.sink = sink;
  }

  /**
   * Reads hunks as long as there are any.
   *
   * @throws AuditException {@code DIFF_MALFORMED} or {@code DIFF_TRUNCATED}, naming patch and line
   */
  void read() {
    while (cursor.header(0).startsWith(HunkHeader.PREFIX)) {
      readHunk();
    }
  }

  private void readHunk() {
    String line = cursor.header(0);
    cursor.next();
    int headerLine = cursor.number();
    HunkHeader header =
        HunkHeader.parse(line)
            .orElseThrow(
                () ->
                    DiffErrors.malformed(
                        subject,
                        "line "
                            + headerLine
                            + " begins like a hunk header but has no line numbers of"
                            + " the form -1,2 +3,4 between its @@"));
    sink.header(header, line);
    readLines(header, headerLine);
    if (carriesOn()) {
      throw DiffErrors.malformed(
          subject,
          "the hunk of line "
              + headerLine
              + " ("
              + header.figures()
              + ") has more lines than its"
              + " header says: line "
              + (cursor.number() + 1)
              + " is one too many");
    }
  }

  /**
   * Mail programs and editors cut blank lines off at the end of a text, so the last context line
   * may be gone. As GNU patch does, one is taken as read, if it comes after a change and other
   * context: everywhere else a missing line is that of a patch that was cut.
   */
  private void readLines(HunkHeader header, int headerLine) {
    int oldLeft = header.oldCount();
    int newLeft = header.newCount();
    boolean changed = false;
    int trailing = 0; // context lines since the last change
    while (oldLeft > 0 || newLeft > 0) {
      char prefix = prefix();
      boolean fits =
          switch (prefix) {
            case ' ' -> oldLeft > 0 && newLeft > 0;
            case '-' -> oldLeft > 0 && !nextFileBegins(header, oldLeft, newLeft);
            case '+' -> newLeft > 0;
            case '\\' -> true;
            default -> false;
          };
      if (!fits && oldLeft == 1 && newLeft == 1 && trailing >= 2 && cursor.atEnd()) {
        sink.line(""); // a blank context line, cut off with the end of the text
        return;
      }
      if (!fits) {
        throw unfinished(header, headerLine, oldLeft, newLeft);
      }
      changed |= prefix == '-' || prefix == '+';
      trailing = prefix == ' ' && changed ? trailing + 1 : 0;
      if (prefix == ' ' || prefix == '-') {
        oldLeft--;
      }
      if (prefix == ' ' || prefix == '+') {
        newLeft--;
      }
      take();
    }
    if (!cursor.atEnd() && prefix() == '\\') {
      take();
    }
  }

  /** The next line's prefix; an empty line stands for an empty context line; 0 at the end. */
  private char prefix() {
    String line = cursor.peek(0);
    if (line == null) {
      return 0;
    }
    return line.isEmpty() || line.equals("\r") ? ' ' : line.charAt(0);
  }

  private void take() {
    String line = cursor.next();
    sink.line(carriageReturns ? LineCursor.withoutCarriageReturn(line) : line);
  }

  /**
   * Whether {@code --- a}, {@code +++ b}, {@code @@} follow although the hunk's counts ask for more
   * lines. As content they would have to be its last removed and its last added line, and the
   * {@code @@} would have to lie further down in the same file.
   */
  private boolean nextFileBegins(HunkHeader header, int oldLeft, int newLeft) {
    if (!cursor.header(0).startsWith("--- ") || !cursor.header(1).startsWith("+++ ")) {
      return false;
    }
    Optional<HunkHeader> next =
        cursor.header(2).startsWith(HunkHeader.PREFIX)
            ? HunkHeader.parse(cursor.header(2))
            : Optional.empty();
    boolean asContent = oldLeft == 1 && newLeft == 1;
    return next.isPresent()
        && !(asContent && next.get().oldStart() >= header.oldStart() + header.oldCount());
  }

  /** Whether a line of a hunk follows a hunk that is complete. */
  private boolean carriesOn() {
    String line = cursor.header(0);
    if (line.isEmpty()) {
      return false;
    }
    return switch (line.charAt(0)) {
      case ' ', '+' -> true;
      case '-' ->
          !isSignature(line) && !(line.startsWith("--- ") && cursor.header(1).startsWith("+++ "));
      default -> false;
    };
  }

  private static boolean isSignature(String line) {
    return line.equals("-- ") || line.equals("--") || line.equals("---");
  }

  private AuditException unfinished(HunkHeader header, int headerLine, int oldLeft, int newLeft) {
    String where = "the hunk of line " + headerLine + " (" + header.figures() + ")";
    return cursor.atEnd()
        ? DiffErrors.truncated(subject, cursor.number(), where, oldLeft, newLeft)
        : DiffErrors.tooShort(subject, cursor.number() + 1, where, oldLeft, newLeft);
  }
}
