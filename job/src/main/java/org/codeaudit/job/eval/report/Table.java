package org.codeaudit.job.eval.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table for people; the first column is a name and the others are figures.
 *
 * @param title above it
 * @param head names of the columns
 * @param rows as long as the head
 */
record Table(String title, List<String> head, List<List<String>> rows) {

  /** Lines of text in columns: names to the left, figures to the right. */
  List<String> text() {
    List<List<String>> all = new ArrayList<>();
    all.add(head);
    all.addAll(rows);
    int[] widths =
        IntStream.range(0, head.size())
            .map(column -> all.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toArray();
    List<String> lines = new ArrayList<>();
    lines.add(title);
    for (List<String> row : all) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        String blanks = " ".repeat(widths[column] - row.get(column).length());
        line.append("  ").append(column == 0 ? row.get(0) + blanks : blanks + row.get(column));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  /** The same in Markdown, below a heading of the second level. */
  List<String> markdown() {
    List<String> lines = new ArrayList<>(List.of("## " + title, "", markdown(head)));
    lines.add(
        "|---"
            + IntStream.range(1, head.size()).mapToObj(i -> "|---:").collect(Collectors.joining())
            + "|");
    rows.forEach(row -> lines.add(markdown(row)));
    return lines;
  }

  private static String markdown(List<String> cells) {
    return cells.stream()
        .map(cell -> cell.replace("|", "\\|"))
        .collect(Collectors.joining(" | ", "| ", " |"));
  }
}
