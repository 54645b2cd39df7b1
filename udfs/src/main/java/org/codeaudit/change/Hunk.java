package org.codeaudit.change;

import java.util.List;

/**
 * A run of changed lines with the unchanged lines around it. Line numbers are 1-based, as in the
 * hunk's header; a side without lines has count 0.
 *
 * @param section the text after the second {@code @@}, usually the enclosing function; may be empty
 */
public record Hunk(
    int oldStart, int oldCount, int newStart, int newCount, String section, List<Line> lines) {

  public Hunk {
    lines = List.copyOf(lines);
  }
}
