package org.codeaudit.job.source.prompt;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/** One prompt. */
public record TextPrompt(String text) implements PromptOrigin {
  @Override
  public Dataset<Row> rows(SparkSession spark, List<String> variables, boolean prompts) {
    Row row = RowFactory.create("1", text, null, null, null);
    return PromptColumns.with(spark.createDataFrame(List.of(row), COLUMNS), variables);
  }
}
