package org.codeaudit.job.source.prompt;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.prompt.Placeholders;
import org.codeaudit.udf.row.GenerationSchema;

/**
 * What is asked.
 *
 * @param origin where rows come from
 * @param template the text of each prompt, with <code>{{column}}</code> for values of the row;
 *     without one, rows have a prompt of their own
 * @param system the system message of rows that have none of their own; may have places too
 * @param samples answers to each prompt, at least 1
 */
public record PromptSource(
    PromptOrigin origin, Optional<String> template, Optional<String> system, int samples) {

  /**
   * The rows of {@link GenerationSchema#PROMPTS}, in the order of their origin.
   *
   * @throws org.codeaudit.AuditException if they cannot be read, or have no such columns
   */
  public Dataset<Row> prompts(SparkSession spark) {
    List<String> variables =
        Stream.concat(template.stream(), system.stream())
            .flatMap(text -> Placeholders.names(text).stream())
            .distinct()
            .toList();
    Dataset<Row> rows = origin.rows(spark, variables, template.isEmpty());
    return rows.flatMap(
        new FillPrompts(variables, template, system, samples),
        Encoders.row(GenerationSchema.PROMPTS));
  }
}
