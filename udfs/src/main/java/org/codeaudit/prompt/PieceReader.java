package org.codeaudit.prompt;

import java.util.ArrayList;
import java.util.List;
import org.codeaudit.change.ChangeKind;
import org.codeaudit.change.FileChange;
import org.codeaudit.change.Hunk;
import org.codeaudit.change.Line;

/**
 * Turns a change into pieces, before any budget: each hunk is one, or the whole file is. What
 * encloses a line is read from the new file where it is at hand, else from the hunk and its
 * section.
 */
final class PieceReader {
  /** A longer line is minified code or data: its beginning says as much as a model can use. */
  static final int LONGEST_LINE = 600;

  private static final int SHOWN_OF_LONGER_LINE = 160;

  private PieceReader() {}

  /**
   * The pieces of a change, each with at least one line, to be shown with so many header
   * characters.
   */
  static List<Piece> read(FileChange change, int headerCharacters) {
    if (change.kind() == ChangeKind.FILE) {
      return wholeFile(split(change.content().orElse("")), headerCharacters);
    }
    if (change.hunks().isEmpty()) {
      return List.of();
    }
    List<Scope> file = change.content().map(c -> scopes(split(c))).orElse(List.of());
    return change.hunks().stream()
        .filter(hunk -> !hunk.lines().isEmpty())
        .map(hunk -> hunk(hunk, file, headerCharacters))
        .toList();
  }

  /** Lines as git counts them: ended by a line feed; a carriage return before it is dropped. */
  static List<String> split(String content) {
    List<String> lines = new ArrayList<>();
    int from = 0;
    while (from < content.length()) {
      int end = content.indexOf('\n', from);
      end = end < 0 ? content.length() : end;
      lines.add(withoutCarriageReturn(content.substring(from, end)));
      from = end + 1;
    }
    return lines;
  }

  private static List<Piece> wholeFile(List<String> texts, int headerCharacters) {
    if (texts.isEmpty()) {
      return List.of();
    }
    List<Scope> scopes = scopes(texts);
    List<UnitLine> lines = new ArrayList<>(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      lines.add(line(Line.Kind.CONTEXT, texts.get(i), 0, i + 1, scopes.get(i)));
    }
    return List.of(new Piece(lines, scopes, false, headerCharacters));
  }

  private static Piece hunk(Hunk hunk, List<Scope> file, int headerCharacters) {
    Scope start = startOf(hunk, file);
    Scope.Walk oldSide = new Scope.Walk(start);
    Scope.Walk newSide = new Scope.Walk(start);
    List<UnitLine> lines = new ArrayList<>(hunk.lines().size());
    List<Scope> scopes = new ArrayList<>(hunk.lines().size());
    for (Line line : hunk.lines()) {
      String text = withoutCarriageReturn(line.text());
      Scope inHunk = start;
      if (line.kind() != Line.Kind.ADDED) {
        inHunk = oldSide.enter(text);
      }
      if (line.kind() != Line.Kind.REMOVED) {
        inHunk = newSide.enter(text);
      }
      boolean inFile = line.kind() != Line.Kind.REMOVED && line.newNumber() <= file.size();
      Scope scope = inFile ? file.get(line.newNumber() - 1) : inHunk;
      lines.add(line(line.kind(), text, line.oldNumber(), line.newNumber(), scope));
      scopes.add(scope);
    }
    return new Piece(lines, scopes, true, headerCharacters);
  }

  /** What encloses a hunk's first line: told by the file, else by git's section. */
  private static Scope startOf(Hunk hunk, List<Scope> file) {
    int first = Math.max(1, hunk.newStart());
    if (first <= file.size()) {
      return file.get(first - 1);
    }
    // Git strips a section's indentation, so it is taken to enclose whatever the hunk holds.
    String section = hunk.section().strip();
    return section.isEmpty() ? Scope.NONE : new Scope(section, -1, Scope.NONE);
  }

  private static List<Scope> scopes(List<String> texts) {
    Scope.Walk walk = new Scope.Walk(Scope.NONE);
    return texts.stream().map(walk::enter).toList();
  }

  private static UnitLine line(
      Line.Kind kind, String text, int oldNumber, int newNumber, Scope scope) {
    boolean whole = text.length() <= LONGEST_LINE;
    String shown = whole ? text : Shortened.line(text, SHOWN_OF_LONGER_LINE);
    return new UnitLine(
        kind, shown, oldNumber, newNumber, whole && Scope.hasWord(text), scope.declaration());
  }

  private static String withoutCarriageReturn(String text) {
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }
}
