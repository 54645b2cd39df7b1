package org.codeaudit.job.eval.convert;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.codeaudit.change.FilePatch;
import org.codeaudit.change.Hunk;
import org.codeaudit.change.Line;
import org.codeaudit.change.Line.Kind;
import org.codeaudit.job.eval.dataset.LineRange;

/** The patch of one file read backwards: what a fix removed comes in, and what it brought goes. */
final class ReversedPatch {
  private final FilePatch fix;

  ReversedPatch(FilePatch fix) {
    this.fix = fix;
  }

  /** The file before the fix. */
  String path() {
    return fix.oldPath().orElse(fix.path());
  }

  /** The patch as it is, without what a message said of it. */
  String forwards() {
    return text(fix.path(), false);
  }

  /** The patch backwards. */
  String backwards() {
    return text(path(), true);
  }

  /**
   * Where the defect stood, for each hunk that changes something: from the first line that the fix
   * removed to the last; where it only added, the lines around the first place. Empty for a hunk
   * that shows no line of the file before.
   */
  List<Optional<LineRange>> defects() {
    return fix.hunks().stream().filter(ReversedPatch::changes).map(this::defect).toList();
  }

  private static boolean changes(Hunk hunk) {
    return hunk.lines().stream().anyMatch(line -> line.kind() != Kind.CONTEXT);
  }

  private Optional<LineRange> defect(Hunk hunk) {
    List<Integer> removed =
        hunk.lines().stream()
            .filter(line -> line.kind() == Kind.REMOVED)
            .map(Line::oldNumber)
            .toList();
    return removed.isEmpty()
        ? around(hunk)
        : Optional.of(new LineRange(removed.get(0), removed.get(removed.size() - 1)));
  }

  private static Optional<LineRange> around(Hunk hunk) {
    Optional<Integer> before = Optional.empty();
    boolean added = false;
    for (Line line : hunk.lines()) {
      if (line.kind() == Kind.ADDED) {
        added = true;
      } else if (!added) {
        before = Optional.of(line.oldNumber());
      } else {
        return Optional.of(new LineRange(before.orElse(line.oldNumber()), line.oldNumber()));
      }
    }
    return before.map(line -> new LineRange(line, line));
  }

  private String text(String path, boolean reversed) {
    StringBuilder text = new StringBuilder();
    text.append("--- a/").append(path).append("\n+++ b/").append(path).append('\n');
    for (Hunk hunk : fix.hunks()) {
      String old = hunk.oldStart() + "," + hunk.oldCount();
      String next = hunk.newStart() + "," + hunk.newCount();
      text.append("@@ -")
          .append(reversed ? next : old)
          .append(" +")
          .append(reversed ? old : next)
          .append(" @@")
          .append(hunk.section().isEmpty() ? "" : " " + hunk.section())
          .append('\n');
      lines(hunk, reversed, text);
    }
    return text.toString();
  }

  /** In a run of changes, removed lines come first. */
  private static void lines(Hunk hunk, boolean reversed, StringBuilder text) {
    List<String> coming = new ArrayList<>();
    for (Line line : hunk.lines()) {
      if (line.kind() == Kind.CONTEXT) {
        coming.forEach(text::append);
        coming.clear();
        text.append(' ').append(line.text()).append('\n');
      } else if ((line.kind() == Kind.ADDED) == reversed) {
        text.append('-').append(line.text()).append('\n');
      } else {
        coming.add('+' + line.text() + '\n');
      }
    }
    coming.forEach(text::append);
  }
}
