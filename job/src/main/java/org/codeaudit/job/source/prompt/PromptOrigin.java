package org.codeaudit.job.source.prompt;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Where the rows of prompts come from. */
public interface PromptOrigin {
  /** What every row begins with, all text; the values of variables follow. */
  StructType COLUMNS =
      new StructType()
          .add("id", "string")
          .add("prompt", "string")
          .add("system", "string")
          .add("max_new_tokens", "string")
          .add("corrupt", "string");

  /**
   * Rows of {@link #COLUMNS} and a column for each variable.
   *
   * @param variables names of columns whose values a template needs
   * @param prompts whether rows need a prompt of their own
   */
  Dataset<Row> rows(SparkSession spark, List<String> variables, boolean prompts);
}
