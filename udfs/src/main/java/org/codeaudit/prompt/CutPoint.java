package org.codeaudit.prompt;

import java.util.List;
import org.codeaudit.change.Line;

/** Where a run of lines is best cut in two. */
final class CutPoint {
  /** A blank line outweighs this many columns of indentation. */
  private static final int BLANK = 8;

  /** Old and new version of a line stay together if they can. */
  private static final int INSIDE_REPLACEMENT = 1000;

  private CutPoint() {}

  /**
   * The index of the first line of the next part, in the later half of {@code (from, to]}: where
   * indentation is least or a blank line stands; the latest of equals.
   */
  static int best(List<UnitLine> lines, int from, int to) {
    int best = to;
    int least = penalty(lines, to);
    for (int cut = to - 1; cut > from + (to - from) / 2; cut--) {
      int penalty = penalty(lines, cut);
      if (penalty < least) {
        best = cut;
        least = penalty;
      }
    }
    return best;
  }

  private static int penalty(List<UnitLine> lines, int cut) {
    UnitLine before = lines.get(cut - 1);
    UnitLine after = lines.get(cut);
    if (before.kind() == Line.Kind.REMOVED && after.kind() != Line.Kind.CONTEXT) {
      return INSIDE_REPLACEMENT;
    }
    if (!Scope.hasWord(after.text())) {
      return INSIDE_REPLACEMENT; // a blank line or a brace ends what stands before it
    }
    int bonus = before.text().isBlank() ? -BLANK : belongsToNext(before.text()) ? BLANK : 0;
    return Scope.indentOf(after.text()) + bonus;
  }

  /** Comments, annotations and attributes stand before what they are about. */
  private static boolean belongsToNext(String line) {
    String text = line.stripLeading();
    return !text.isEmpty() && "@#/*".indexOf(text.charAt(0)) >= 0;
  }
}
