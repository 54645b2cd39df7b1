package org.codeaudit.job.sink;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.DataSource;
import org.apache.spark.sql.execution.datasources.FileFormat;
import org.apache.spark.sql.execution.datasources.v2.FileDataSourceV2;
import org.codeaudit.AuditException;

/** Formats that tables can be written in: those that consist of plain files. */
final class TableFormat {
  /** Formats whose name Spark uses as the ending of file names. */
  private static final Set<String> NAMED_BY_FORMAT = Set.of("parquet", "orc", "json", "avro");

  private TableFormat() {}

  /**
   * @throws AuditException {@code OUTPUT_FORMAT} if Spark does not know the format or it is not one
   *     of files
   */
  static void check(SparkSession spark, String format) {
    Class<?> provider;
    try {
      provider = DataSource.lookupDataSource(format, spark.sessionState().conf());
    } catch (Exception e) { // Spark declares no exception and throws several
      throw OutputErrors.format(format, "Spark knows no format of this name", e);
    }
    if (!FileFormat.class.isAssignableFrom(provider)
        && !FileDataSourceV2.class.isAssignableFrom(provider)) {
      throw OutputErrors.format(format, "it is no format of files: " + provider.getName(), null);
    }
  }

  /**
   * If files were read in another format, the rows of earlier runs would seem to be missing.
   *
   * @throws AuditException {@code OUTPUT_FORMAT} if files of a table are of another format
   */
  static void checkFiles(String format, List<Manifest.Entry> files) {
    String known = format.toLowerCase(Locale.ROOT);
    if (!NAMED_BY_FORMAT.contains(known)) {
      return;
    }
    for (Manifest.Entry file : files) {
      if (!file.file().endsWith("." + known)) {
        throw OutputErrors.format(
            format, "the table " + file.table() + " there holds " + file.file() + " already", null);
      }
    }
  }
}
