package org.codeaudit.job.source.table;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.udf.row.ChangeSchema;

/**
 * A table whose rows are patches or files to be reviewed.
 *
 * @param path where it lies, on any file system Hadoop knows
 * @param format any format Spark can read
 * @param options of the format's reader
 * @param where a condition of Spark SQL over the table's columns; rows that fail it are not read on
 * @param keyColumn tells the rows apart; written to the column {@code repository}
 * @param text what is reviewed
 * @param pathColumn the path of a file; without it the key is taken for the path of a whole file,
 *     and patches must name their files
 */
public record ReviewTable(
    String path,
    String format,
    Map<String, String> options,
    Optional<String> where,
    String keyColumn,
    Text text,
    Optional<String> pathColumn) {

  /**
   * The column that is reviewed.
   *
   * @param whole whether it holds whole files; otherwise patches
   */
  public record Text(String column, boolean whole) {}

  /**
   * What remains to be reviewed: columns {@code key}, {@code path} and {@code text}, all text. Rows
   * that are alike in all three are one, and a row is in the same partition whenever this is run.
   * Nothing here is code of ours, so that a plan of it may be run by whatever Spark's plugins
   * bring.
   *
   * @throws AuditException if the table cannot be read, lacks a column or the condition is wrong
   */
  public Dataset<Row> inputs(SparkSession spark) {
    SelectedRows selected = new SelectedRows(path, format, options, where);
    Dataset<Row> table = selected.table(spark);
    List<String> wanted =
        Stream.concat(Stream.of(keyColumn, text.column()), pathColumn.stream()).toList();
    refuseMissing(table, wanted);
    refuseOtherThanText(table);
    Dataset<Row> rows =
        selected
            .where(table)
            .select(
                SelectedRows.column(keyColumn).cast(DataTypes.StringType).as("key"),
                SelectedRows.column(pathColumn.orElse(keyColumn))
                    .cast(DataTypes.StringType)
                    .as("path"),
                SelectedRows.column(text.column()).as("text"));
    return rows.repartition(partitions(rows), rows.col("key"), rows.col("path"), rows.col("text"))
        .distinct();
  }

  /**
   * The rows of {@link ChangeSchema}: one per file of every patch, or one per file.
   *
   * @throws AuditException as {@link #inputs}
   */
  public Dataset<Row> changes(SparkSession spark) {
    Dataset<Row> inputs = inputs(spark);
    if (text.whole()) {
      return ContentColumn.changes(inputs);
    }
    return pathColumn.isPresent()
        ? DiffColumn.explode(inputs, "text", "key", "path")
        : DiffColumn.explode(inputs, "text", "key");
  }

  /**
   * At least one for each of the cluster's slots. Where the number is given, a row is in the same
   * partition each time the plan runs; Spark would otherwise merge partitions as it goes.
   */
  private static int partitions(Dataset<Row> rows) {
    int slots = rows.sparkSession().sparkContext().defaultParallelism();
    return Math.max(slots, rows.rdd().getNumPartitions());
  }

  private void refuseMissing(Dataset<Row> table, List<String> wanted) {
    List<String> missing =
        wanted.stream().filter(name -> type(table, name).isEmpty()).distinct().toList();
    if (!missing.isEmpty()) {
      throw new AuditException(
          ErrorClass.TABLE_COLUMNS,
          "Cannot review the table " + path,
          "It has no column " + String.join(", ", missing) + "; it has " + columns(table),
          "Name the columns that hold the key, the path and what is to be reviewed");
    }
  }

  private void refuseOtherThanText(Dataset<Row> table) {
    DataType type = type(table, text.column()).orElseThrow();
    if (!(type instanceof StringType)) {
      throw new AuditException(
          ErrorClass.TABLE_COLUMNS,
          "Cannot review the column " + text.column() + " of the table " + path,
          "It is of type " + type.sql() + ", not text",
          "Name a column of patches or of files' contents as text");
    }
  }

  /** The type of a column; names are compared as Spark does, without regard to case. */
  private static Optional<DataType> type(Dataset<Row> table, String name) {
    return Arrays.stream(table.schema().fields())
        .filter(field -> field.name().equalsIgnoreCase(name))
        .map(field -> field.dataType())
        .findFirst();
  }

  private static String columns(Dataset<Row> table) {
    return String.join(", ", table.columns());
  }
}
