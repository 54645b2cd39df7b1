package org.codeaudit.change;

import java.util.ArrayList;
import java.util.List;

/** Makes hunks of lines, numbering them on both sides. */
final class HunkBuilder implements HunkReader.Sink {
  private final List<Hunk> hunks = new ArrayList<>();
  private HunkHeader header;
  private List<Line> lines;
  private int oldNumber;
  private int newNumber;

  @Override
  public void header(HunkHeader next, String line) {
    finish();
    header = next;
    lines = new ArrayList<>();
    oldNumber = next.oldStart();
    newNumber = next.newStart();
  }

  @Override
  public void line(String line) {
    char prefix = line.isEmpty() || line.equals("\r") ? ' ' : line.charAt(0);
    String text = line.isEmpty() || line.equals("\r") ? line : line.substring(1);
    switch (prefix) {
      case '-' -> lines.add(new Line(Line.Kind.REMOVED, text, oldNumber++, 0));
      case '+' -> lines.add(new Line(Line.Kind.ADDED, text, 0, newNumber++));
      case ' ' -> lines.add(new Line(Line.Kind.CONTEXT, text, oldNumber++, newNumber++));
      default -> {} // "\ No newline at end of file" is no line
    }
  }

  List<Hunk> hunks() {
    finish();
    header = null;
    return List.copyOf(hunks);
  }

  private void finish() {
    if (header != null) {
      hunks.add(
          new Hunk(
              header.oldStart(),
              header.oldCount(),
              header.newStart(),
              header.newCount(),
              header.section(),
              lines));
    }
  }
}
