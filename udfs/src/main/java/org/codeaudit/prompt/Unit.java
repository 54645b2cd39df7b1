package org.codeaudit.prompt;

import java.util.List;

/**
 * A part of a change that one prompt asks about.
 *
 * @param index 0-based position among the units of its change; the same change and budget give the
 *     same units
 * @param startLine first line, 1-based, on the new side; on the old side if the unit has no line on
 *     the new one
 * @param endLine last line, inclusive, on the same side
 * @param text what the model is shown: per run of lines the enclosing code as lines starting with
 *     {@code "@@ "}, then the lines, in a diff with {@code +}, {@code -} or a space before each
 * @param lines the lines shown, in order
 */
public record Unit(int index, int startLine, int endLine, String text, List<UnitLine> lines) {

  public Unit {
    lines = List.copyOf(lines);
  }

  /** What a finding may quote: each line that can be quoted, stripped, once, in order. */
  public List<String> quotes() {
    return lines.stream()
        .filter(UnitLine::quotable)
        .map(line -> line.text().strip())
        .distinct()
        .toList();
  }
}
