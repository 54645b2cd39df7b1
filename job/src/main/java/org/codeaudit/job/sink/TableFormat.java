package org.codeaudit.job.sink;

import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.DataSource;
import org.apache.spark.sql.execution.datasources.FileFormat;
import org.apache.spark.sql.execution.datasources.v2.FileDataSourceV2;
import org.codeaudit.AuditException;

/** Formats that tables can be written in: those of plain files. */
final class TableFormat {
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
      throw refused(format, "Spark knows no format of this name", e);
    }
    if (!FileFormat.class.isAssignableFrom(provider)
        && !FileDataSourceV2.class.isAssignableFrom(provider)) {
      throw refused(format, "it is no format of files: " + provider.getName(), null);
    }
  }

  private static AuditException refused(String format, String why, Exception cause) {
    return new AuditException(
        "OUTPUT_FORMAT",
        "Cannot write tables in the format " + format,
        why,
        "Pass --format parquet, orc or json, or add the format's jar with --jars",
        cause);
  }
}
