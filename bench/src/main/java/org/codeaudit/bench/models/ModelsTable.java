package org.codeaudit.bench.models;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;

/** Rows of {@link ModelsSchema} as people read them: some of the columns, in units of their own. */
final class ModelsTable {
  private static final String NOTHING = "-";

  /** A column for people. */
  private record Shown(String head, Function<Row, String> cell) {}

  private static final List<Shown> COLUMNS =
      List.of(
          new Shown("model", row -> row.getAs("model")),
          new Shown("attention", row -> text(row, "attention")),
          new Shown("tokens", row -> text(row, "tokens")),
          new Shown("tok/s", row -> decimals(row, "tokens_per_second", 1, 1)),
          new Shown("time s", row -> decimals(row, "seconds", 1, 1)),
          new Shown("model GB", row -> decimals(row, "model_bytes", 1e9, 2)),
          new Shown("free GB", row -> decimals(row, "free_bytes", 1e9, 2)),
          new Shown("peak GB", row -> decimals(row, "peak_bytes", 1e9, 2)),
          new Shown("load s", row -> decimals(row, "load_seconds", 1, 1)),
          new Shown("first token s", row -> decimals(row, "first_token_seconds", 1, 2)),
          new Shown("prefill tok/s", row -> decimals(row, "prefill_tokens_per_second", 1, 1)),
          new Shown("decode tok/s", row -> decimals(row, "decode_tokens_per_second", 1, 1)),
          new Shown("batch", row -> decimals(row, "mean_batch_size", 1, 1)),
          new Shown("GPU %", row -> decimals(row, "gpu_percent", 1, 0)),
          new Shown("complete", row -> share(row, "complete", "answers")),
          new Shown("parses", row -> share(row, "syntax_ok", "syntax_checked")),
          new Shown("passes", row -> share(row, "check_ok", "checked")),
          new Shown("score", row -> decimals(row, "judge_score", 1, 2)),
          new Shown("cost", row -> decimals(row, "cost", 1, 4)));

  private ModelsTable() {}

  /** A table of Markdown, its columns as wide as they need to be; errors below it. */
  static List<String> lines(List<Row> rows) {
    List<List<String>> cells =
        Stream.concat(
                Stream.of(COLUMNS.stream().map(Shown::head).toList()),
                rows.stream()
                    .map(row -> COLUMNS.stream().map(column -> column.cell().apply(row)).toList()))
            .toList();
    List<Integer> widths =
        IntStream.range(0, COLUMNS.size())
            .mapToObj(
                column ->
                    cells.stream().mapToInt(line -> line.get(column).length()).max().orElse(0))
            .toList();
    String rule = widths.stream().map("-"::repeat).collect(Collectors.joining(" | ", "| ", " |"));
    Stream<String> table = cells.stream().map(line -> line(line, widths));
    Stream<String> errors =
        rows.stream()
            .filter(row -> row.getAs("error") != null)
            .map(
                row ->
                    row.getAs("model")
                        + ": "
                        + row.<String>getAs("error").lines().findFirst().orElse(""));
    List<String> lines = new ArrayList<>(table.toList());
    lines.add(1, rule);
    List<String> said = errors.toList();
    if (!said.isEmpty()) {
      lines.add("");
      lines.addAll(said);
    }
    return lines;
  }

  private static String line(List<String> cells, List<Integer> widths) {
    return IntStream.range(0, cells.size())
        .mapToObj(i -> String.format("%-" + widths.get(i) + "s", cells.get(i)))
        .collect(Collectors.joining(" | ", "| ", " |"));
  }

  private static String text(Row row, String column) {
    return row.isNullAt(row.fieldIndex(column)) ? NOTHING : row.getAs(column).toString();
  }

  private static String decimals(Row row, String column, double unit, int count) {
    return row.isNullAt(row.fieldIndex(column))
        ? NOTHING
        : String.format(
            Locale.ROOT, "%." + count + "f", row.<Number>getAs(column).doubleValue() / unit);
  }

  private static String share(Row row, String part, String whole) {
    return row.isNullAt(row.fieldIndex(part))
        ? NOTHING
        : row.getAs(part) + " of " + row.getAs(whole);
  }
}
