package org.codeaudit.job.source.table;

import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.job.source.row.LiteralPaths;

/**
 * Rows of a user's table.
 *
 * @param path where it lies, on any file system Hadoop knows, or its name in the catalog
 * @param format any format Spark can read; {@value #CATALOG} for a table of the catalog
 * @param options of the format's reader
 * @param where a condition of Spark SQL over the table's columns; rows that fail it are not read on
 */
public record SelectedRows(
    String path, String format, Map<String, String> options, Optional<String> where) {

  private static final String CATALOG = "table";

  /**
   * The whole table.
   *
   * @throws AuditException {@code TABLE_UNREADABLE}
   */
  public Dataset<Row> table(SparkSession spark) {
    try {
      if (format.equals(CATALOG)) {
        return spark.read().options(options).table(path);
      }
      String place = LiteralPaths.place(path);
      return LiteralPaths.read(spark, place).format(format).options(options).load(place);
    } catch (Exception e) { // AnalysisException is checked, and not declared
      throw new AuditException(
          ErrorClass.TABLE_UNREADABLE,
          "Cannot read the table " + path + " as " + format,
          firstLine(e),
          "Check the path and the format",
          e);
    }
  }

  /**
   * Its rows for which the condition is true.
   *
   * @throws AuditException {@code TABLE_CONDITION}
   */
  public Dataset<Row> where(Dataset<Row> table) {
    if (where.isEmpty()) {
      return table;
    }
    try {
      return table.where(where.get());
    } catch (Exception e) {
      throw new AuditException(
          ErrorClass.TABLE_CONDITION,
          "Cannot select rows of " + path + " where " + where.get(),
          firstLine(e),
          "Write a condition of Spark SQL over the columns " + String.join(", ", table.columns()),
          e);
    }
  }

  /** A column by its name, whatever characters that has. */
  public static Column column(String name) {
    return functions.col("`" + name.replace("`", "``") + "`");
  }

  /** The first line of what Spark says went wrong: plans and stack traces follow it. */
  public static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
  }
}
