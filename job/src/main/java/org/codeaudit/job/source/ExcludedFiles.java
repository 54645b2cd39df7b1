package org.codeaudit.job.source;

import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.codeaudit.change.SkipReason;
import org.codeaudit.rule.RepositoryRules;
import org.codeaudit.udf.row.ChangeSchema;
import org.codeaudit.udf.row.RowBuilder;

/** Files that the rules of a run exclude, whatever source they come from. */
public final class ExcludedFiles implements MapFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final RepositoryRules rules;

  private ExcludedFiles(RepositoryRules rules) {
    this.rules = rules;
  }

  /**
   * The same changes; those that rules exclude are skipped. What is skipped or in error anyway
   * keeps its reason.
   *
   * @param changes rows of {@link ChangeSchema}
   */
  public static Dataset<Row> skip(Dataset<Row> changes, RepositoryRules rules) {
    return rules.excludesAny()
        ? changes.map(new ExcludedFiles(rules), Encoders.row(ChangeSchema.SCHEMA))
        : changes;
  }

  @Override
  public Row call(Row change) {
    boolean asked = change.getAs("skip_reason") == null && change.getAs("error_class") == null;
    if (!asked || !rules.excludes(change.getAs("path"))) {
      return change;
    }
    RowBuilder skipped = new RowBuilder(ChangeSchema.SCHEMA);
    for (String column : ChangeSchema.SCHEMA.fieldNames()) {
      skipped.set(column, change.getAs(column));
    }
    for (String reviewed : new String[] {"diff", "content", "content_sha", "rules"}) {
      skipped.set(reviewed, null);
    }
    return skipped.set("skip_reason", SkipReason.EXCLUDED_BY_RUN).build();
  }
}
