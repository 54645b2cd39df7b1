package org.codeaudit.job.sink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Rows as a CSV file with a head (RFC 4180); null is empty. */
public final class Csv {
  private Csv() {}

  /** Writes them; an existing file is replaced. */
  public static void write(Path file, StructType schema, List<Row> rows) throws IOException {
    Stream<String> head = Stream.of(String.join(",", schema.fieldNames()));
    Stream<String> lines =
        rows.stream()
            .map(
                row ->
                    Stream.iterate(0, column -> column < row.length(), column -> column + 1)
                        .map(column -> row.isNullAt(column) ? "" : cell(row.get(column).toString()))
                        .collect(Collectors.joining(",")));
    Files.write(file, (Iterable<String>) Stream.concat(head, lines)::iterator);
  }

  private static String cell(String text) {
    return text.matches("[^\",\\r\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
