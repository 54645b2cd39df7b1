package org.codeaudit.prompt;

import java.util.List;
import org.codeaudit.change.Line;

/**
 * A run of lines with no gap: a hunk, a whole file, or what is left of one that was cut.
 *
 * @param scope what encloses the first line
 * @param scopes what encloses each line
 * @param diff whether lines are shown with the diff's prefixes
 * @param headerCharacters how much enclosing code may be shown, innermost first
 */
record Piece(List<UnitLine> lines, List<Scope> scopes, boolean diff, int headerCharacters) {

  Piece part(int from, int to) {
    return new Piece(lines.subList(from, to), scopes.subList(from, to), diff, headerCharacters);
  }

  Piece withoutHeaders() {
    return new Piece(lines, scopes, diff, 0);
  }

  /** This piece of one line, of which so many characters are shown. */
  Piece withShortenedLine(int characters) {
    UnitLine line = lines.get(0);
    UnitLine shortened =
        new UnitLine(
            line.kind(),
            Shortened.line(line.text(), characters),
            line.oldNumber(),
            line.newNumber(),
            false,
            line.enclosing());
    return new Piece(List.of(shortened), scopes, diff, headerCharacters);
  }

  /** Whether there is anything to review: of a diff only what changed is. */
  boolean isReviewable() {
    return lines.stream().anyMatch(l -> diff ? l.kind() != Line.Kind.CONTEXT : !l.text().isBlank());
  }

  /** What the model is shown, headers included, each line with its terminator. */
  String text() {
    StringBuilder text = new StringBuilder(headers());
    lines.forEach(line -> text.append(shown(line)));
    return text.toString();
  }

  /** The lines that say which code encloses this; a diff's pieces are told apart by them. */
  private String headers() {
    StringBuilder headers = new StringBuilder();
    for (Scope scope = scopes.get(0); scope != Scope.NONE; scope = scope.outer()) {
      String header = "@@ " + scope.header() + "\n";
      if (headers.length() + header.length() > headerCharacters) {
        break;
      }
      headers.insert(0, header);
    }
    return headers.length() == 0 && diff ? "@@\n" : headers.toString();
  }

  String shown(UnitLine line) {
    String prefix =
        switch (line.kind()) {
          case ADDED -> "+";
          case REMOVED -> "-";
          case CONTEXT -> diff ? " " : "";
        };
    return prefix + line.text() + "\n";
  }
}
