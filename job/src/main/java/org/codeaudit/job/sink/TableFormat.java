package org.codeaudit.job.sink;

import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.DataSource;
import org.apache.spark.sql.execution.datasources.FileFormat;
import org.apache.spark.sql.execution.datasources.v2.FileDataSourceV2;
import org.codeaudit.AuditException;

/** Formats that tables can be written in: those that consist of plain files, and Delta. */
final class TableFormat {
  private static final String DELTA = "org.apache.spark.sql.delta.sources.DeltaDataSource";

  private TableFormat() {}

  /**
   * The tables of a folder in a format.
   *
   * @throws AuditException {@code OUTPUT_FORMAT} if Spark does not know the format or it is neither
   *     one of files nor Delta
   */
  static TableLayout layout(SparkSession spark, FileSystem fileSystem, Path folder, String format) {
    Class<?> provider = provider(spark, format);
    if (provider.getName().equals(DELTA)) {
      return new DeltaTables(spark, fileSystem, folder);
    }
    if (!FileFormat.class.isAssignableFrom(provider)
        && !FileDataSourceV2.class.isAssignableFrom(provider)) {
      throw OutputErrors.format(
          format, "It is neither a format of files nor Delta: " + provider.getName(), null);
    }
    return new PlainTables(spark, fileSystem, folder, format);
  }

  private static Class<?> provider(SparkSession spark, String format) {
    try {
      return DataSource.lookupDataSource(format, spark.sessionState().conf());
    } catch (Exception e) { // Spark declares no exception and throws several
      throw OutputErrors.format(format, "Spark knows no format of this name", e);
    }
  }
}
