package org.codeaudit.job.source.git;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.job.source.row.LiteralPaths;

/**
 * A list of repositories: a text file, or a table Spark can read.
 *
 * @param path any path of Hadoop's file systems, or the table's name for the format {@code table}
 * @param format {@code text} for lines {@code URL [RANGE]}, {@code table} for a table of the
 *     catalog, else a format of Spark
 * @param urlColumn the column of a table that holds addresses or paths
 * @param rangeColumn the one that holds ranges; if none is named, {@code range} if there is one
 */
record RepositoryList(String path, String format, String urlColumn, Optional<String> rangeColumn) {
  private static final String DEFAULT_RANGE_COLUMN = "range";

  /**
   * @param text an address or path
   * @param range empty if the list has none for it
   */
  record Entry(String text, String range) {}

  /**
   * @throws AuditException {@code SOURCE_LIST} if it cannot be read or names nothing
   */
  List<Entry> read(SparkSession spark) {
    List<Entry> entries;
    try {
      entries = format.equals("text") ? lines(spark) : rows(spark);
    } catch (AuditException said) {
      throw said;
    } catch (Exception unreadable) {
      // Spark, being written in Scala, throws checked exceptions without saying so.
      throw wrong(
          unreadable.getClass().getSimpleName() + ": " + firstLine(unreadable),
          "Check the path and the format");
    }
    if (entries.isEmpty()) {
      throw wrong("It names no repository", "Write one per line or row");
    }
    return entries;
  }

  /** A file of a few megabytes at most, so the driver reads it; it may be only there. */
  private List<Entry> lines(SparkSession spark) throws IOException {
    List<Entry> entries = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(open(spark), StandardCharsets.UTF_8))) {
      int number = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        String text = line.replaceFirst("^\uFEFF", "").replaceFirst("(^|\\s)#.*", "").strip();
        String[] words = text.split("\\s+");
        if (words.length > 2) {
          problems.add("line " + number + " has " + words.length + " words");
        } else if (!text.isEmpty()) {
          entries.add(new Entry(words[0], words.length == 2 ? words[1] : ""));
        }
      }
    }
    if (!problems.isEmpty()) {
      throw wrong(
          String.join("; ", problems),
          "Write an address and at most a range on a line; what follows ` #` is a comment");
    }
    return entries;
  }

  private InputStream open(SparkSession spark) throws IOException {
    if (!path.contains("://") && Files.isRegularFile(Path.of(path))) {
      return Files.newInputStream(Path.of(path));
    }
    org.apache.hadoop.fs.Path file = new org.apache.hadoop.fs.Path(path);
    return file.getFileSystem(spark.sessionState().newHadoopConf()).open(file);
  }

  private List<Entry> rows(SparkSession spark) {
    Dataset<Row> table = format.equals("table") ? spark.table(path) : files(spark);
    List<String> columns = Arrays.asList(table.columns());
    boolean hasRange = rangeColumn.isPresent() || columns.contains(DEFAULT_RANGE_COLUMN);
    String range = rangeColumn.orElse(DEFAULT_RANGE_COLUMN);
    for (String column : hasRange ? List.of(urlColumn, range) : List.of(urlColumn)) {
      if (!columns.contains(column)) {
        throw wrong(
            "It has no column `" + column + "` but " + columns,
            "Name the columns with the options `urlColumn` and `rangeColumn`");
      }
    }
    Dataset<Row> named =
        hasRange ? table.select(table.col(urlColumn), table.col(range)) : table.select(urlColumn);
    return named.collectAsList().stream()
        .map(row -> new Entry(text(row, 0), hasRange ? text(row, 1) : ""))
        .filter(entry -> !entry.text().isEmpty())
        .toList();
  }

  private Dataset<Row> files(SparkSession spark) {
    String place = LiteralPaths.place(path);
    return LiteralPaths.read(spark, place).format(format).option("header", "true").load(place);
  }

  private static String text(Row row, int column) {
    return row.isNullAt(column) ? "" : row.get(column).toString().strip();
  }

  private static String firstLine(Exception error) {
    return String.valueOf(error.getMessage()).lines().findFirst().orElse("");
  }

  private AuditException wrong(String why, String fix) {
    return new AuditException(
        ErrorClass.SOURCE_LIST, "The list of repositories " + path + " cannot be read", why, fix);
  }
}
