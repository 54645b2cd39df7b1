package org.codeaudit.job.option;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.job.source.table.ReviewTable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** A table of patches or files to review instead of sources. */
final class TableOptions {
  /** Which column is reviewed; exactly one of the two. */
  static final class Text {
    @Option(
        names = "--diff-column",
        paramLabel = "C",
        description = "Column of --table that holds patches: unified diffs as text.")
    String diff;

    @Option(
        names = "--content-column",
        paramLabel = "C",
        description = "Column of --table that holds whole files as text.")
    String content;
  }

  @Option(
      names = "--table",
      paramLabel = "PATH",
      description =
          "Review the rows of a table instead of sources; needs --diff-column or --content-column.")
  String path;

  @Option(
      names = "--table-format",
      paramLabel = "F",
      description =
          "Format of --table, any Spark can read, or 'table' for a name in the catalog; default"
              + " ${DEFAULT-VALUE}.")
  String format = "parquet";

  @Option(
      names = "--table-option",
      paramLabel = "KEY=VALUE",
      description = "An option for Spark's reader of --table, e.g. multiLine; may be repeated.")
  Map<String, String> options = new LinkedHashMap<>();

  @ArgGroup(exclusive = true)
  Text text = new Text();

  @Option(
      names = "--key-column",
      paramLabel = "C",
      description =
          "Column of --table that tells its rows apart, written to the column repository; default"
              + " ${DEFAULT-VALUE}.")
  String keyColumn = "id";

  @Option(
      names = "--path-column",
      paramLabel = "C",
      description =
          "Column of --table with the paths of files: of whole files, whose language they tell"
              + " (default the key), or of patches that are hunks without a header, as code hosts"
              + " give them.")
  String pathColumn;

  @Option(
      names = "--where",
      paramLabel = "SQL",
      description = "Review only rows of --table for which this is true.")
  String where;

  /** Whether a table is to be reviewed. */
  boolean given() {
    return path != null;
  }

  /** Refuses options that do not go together, before anything is started. */
  void check() {
    boolean any =
        text.diff != null
            || text.content != null
            || pathColumn != null
            || where != null
            || !options.isEmpty();
    if (!given() && any) {
      throw wrong("they select from a table and --table names none", "Add --table");
    }
    if (given() && text.diff == null && text.content == null) {
      throw wrong(
          "--table does not say what of a row is to be reviewed",
          "Add --diff-column for patches, or --content-column for whole files");
    }
  }

  /** The rows of {@link org.codeaudit.udf.row.ChangeSchema} that the table gives. */
  Dataset<Row> changes(SparkSession spark) {
    boolean whole = text.content != null;
    return new ReviewTable(
            path,
            format,
            options,
            Optional.ofNullable(where),
            keyColumn,
            new ReviewTable.Text(whole ? text.content : text.diff, whole),
            Optional.ofNullable(pathColumn))
        .changes(spark);
  }

  private static AuditException wrong(String why, String fix) {
    return new AuditException(
        ErrorClass.OPTION, "The options of a table do not fit together", why, fix);
  }
}
