package org.codeaudit.syntax.flow;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.codeaudit.syntax.ParsedCode;

/**
 * The lines that decide what a line does: where the names on it are declared and get their values,
 * and the names these need in turn; the signature of its function; the conditions around it and
 * those that leave before it; functions of the same code it calls; fields and constants of the
 * file.
 *
 * @param line the line in question, 1-based
 * @param lines 1-based, ascending, the line in question among them
 */
public record Slice(int line, SortedSet<Integer> lines) {
  /** Stands for lines left out. */
  public static final String GAP = "…";

  public Slice {
    lines = Collections.unmodifiableSortedSet(new TreeSet<>(lines));
  }

  /**
   * The slice of a line.
   *
   * @param most the most lines it may have; what is nearest to the line, by steps and then by
   *     lines, comes first
   * @return empty if the code has no such line
   */
  public static Optional<Slice> of(Flow flow, int line, int most) {
    ParsedCode code = flow.facts().code();
    return line < 1 || line > code.lineCount() || most < 1
        ? Optional.empty()
        : Optional.of(new Slice(line, new SliceSearch(flow.facts(), line).lines(most)));
  }

  /**
   * The lines with their numbers, as {@code 12: return a;}, and {@value #GAP} on a line of its own
   * where others are left out between two.
   *
   * @param code the code sliced, or the same lines changed, e.g. without their comments
   */
  public String text(String code) {
    List<String> all = code.lines().toList();
    StringBuilder text = new StringBuilder();
    int before = 0;
    for (int number : lines) {
      if (number > all.size()) {
        break;
      }
      if (before > 0 && number > before + 1) {
        text.append(GAP).append('\n');
      }
      text.append(number).append(": ").append(all.get(number - 1)).append('\n');
      before = number;
    }
    return text.toString();
  }
}
