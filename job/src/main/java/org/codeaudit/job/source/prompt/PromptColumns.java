package org.codeaudit.job.source.prompt;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.job.source.table.SelectedRows;
import org.codeaudit.prompt.NearestMatch;

/** The columns of prompts' rows. */
final class PromptColumns {
  private static final String VARIABLE = "variable_";

  private PromptColumns() {}

  /**
   * The first columns of rows, {@link PromptOrigin#COLUMNS}, with those of variables behind them.
   */
  static Dataset<Row> with(Dataset<Row> rows, List<String> variables) {
    Stream<Column> first = Arrays.stream(PromptOrigin.COLUMNS.fieldNames()).map(rows::col);
    return rows.select(Stream.concat(first, of(rows, variables).stream()).toArray(Column[]::new));
  }

  /** The columns of variables, under names that no other has. */
  static List<Column> of(Dataset<Row> rows, List<String> variables) {
    List<String> known = List.of(rows.columns());
    return variables.stream()
        .map(name -> variable(known, name).cast("string").as(VARIABLE + variables.indexOf(name)))
        .toList();
  }

  private static Column variable(List<String> known, String name) {
    // Spark compares names without regard to case.
    if (known.stream().noneMatch(name::equalsIgnoreCase)) {
      throw new AuditException(
          ErrorClass.PROMPT_VARIABLE,
          "The template has {{" + name + "}}, and the prompts have no column " + name,
          "their columns are " + String.join(", ", known),
          "Name one of them"
              + NearestMatch.of(name, known)
                  .map(nearest -> " (did you mean " + nearest + "?)")
                  .orElse(""));
    }
    return SelectedRows.column(name);
  }
}
