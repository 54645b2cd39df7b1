package org.codeaudit.job.source.git;

import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.codeaudit.job.source.ChangeTable;
import org.codeaudit.job.source.row.SourcePlan;
import org.codeaudit.udf.row.ChangeSchema;

/**
 * {@code spark.read().format("git").load(pathOrUrl)}: the changes, or the files, of git
 * repositories. Loading plans the read and throws {@link org.codeaudit.AuditException} for a wrong
 * option, path or range.
 */
public final class GitDataSource implements TableProvider, DataSourceRegister {
  @Override
  public String shortName() {
    return "git";
  }

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    return ChangeSchema.SCHEMA;
  }

  @Override
  public Table getTable(StructType schema, Transform[] partitioning, Map<String, String> options) {
    GitOptions settings = GitOptions.of(options);
    SourcePlan plan = GitPlanner.plan(settings, SparkSession.active());
    return new ChangeTable("git " + settings.shown(), plan);
  }
}
