package org.codeaudit.job.source.patch;

import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.codeaudit.job.source.ChangeTable;
import org.codeaudit.udf.row.ChangeSchema;

/**
 * {@code spark.read().format("diff").load(path)}: the files changed by patches, mailboxes and logs.
 * Loading lists the patch files, reads what comes through pipes, and throws {@link
 * org.codeaudit.AuditException} for a wrong option or path.
 */
public final class DiffDataSource implements TableProvider, DataSourceRegister {
  @Override
  public String shortName() {
    return "diff";
  }

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    return ChangeSchema.SCHEMA;
  }

  @Override
  public Table getTable(StructType schema, Transform[] partitioning, Map<String, String> options) {
    DiffOptions settings = DiffOptions.of(options);
    return new ChangeTable(
        "diff " + String.join(", ", settings.paths()),
        DiffPlanner.plan(settings, SparkSession.active()));
  }
}
