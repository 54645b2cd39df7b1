package org.codeaudit.job.source.prompt;

import static org.apache.spark.sql.functions.lit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.job.source.table.SelectedRows;

/**
 * Prompts in the columns of a table.
 *
 * @param idColumn is kept as the id
 * @param promptColumn holds the prompt; not looked at where there is a template
 * @param systemColumn holds a system message
 * @param limitColumn holds the most tokens of the answer
 */
public record PromptTable(
    SelectedRows selected,
    String idColumn,
    String promptColumn,
    Optional<String> systemColumn,
    Optional<String> limitColumn)
    implements PromptOrigin {

  @Override
  public Dataset<Row> rows(SparkSession spark, List<String> variables, boolean prompts) {
    Dataset<Row> table = selected.table(spark);
    List<Column> columns = new ArrayList<>();
    columns.add(column(table, Optional.of(idColumn), "id"));
    columns.add(column(table, Optional.of(promptColumn).filter(name -> prompts), "prompt"));
    columns.add(column(table, systemColumn, "system"));
    columns.add(column(table, limitColumn, "max_new_tokens"));
    columns.add(column(table, Optional.empty(), "corrupt"));
    columns.addAll(PromptColumns.of(table, variables));
    return selected.where(table).select(columns.toArray(Column[]::new));
  }

  /** Null where there is no such column to read. */
  private Column column(Dataset<Row> table, Optional<String> given, String name) {
    given.ifPresent(known -> refuseMissing(table, known));
    Column column = given.map(SelectedRows::column).orElse(lit(null));
    return column.cast("string").as(name);
  }

  private void refuseMissing(Dataset<Row> table, String name) {
    if (Arrays.stream(table.columns()).noneMatch(name::equalsIgnoreCase)) {
      throw new AuditException(
          ErrorClass.TABLE_COLUMNS,
          "The table " + selected.path() + " has no column " + name,
          "its columns are " + String.join(", ", table.columns()),
          "Name one of them with --prompt-column, --id-column, --system-column or"
              + " --max-new-tokens-column");
    }
  }
}
