package org.codeaudit.job.command;

import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.code.CheckCommands;
import org.codeaudit.job.audit.ModelStep;
import org.codeaudit.udf.GenerateFunction;
import org.codeaudit.udf.row.GenerationSchema;
import org.codeaudit.udf.run.RunContext;
import org.codeaudit.udf.setting.AnswerSettings;
import org.codeaudit.udf.setting.GenerateSettings;

/**
 * Turns prompts into answers.
 *
 * @param commands are run over the code in answers
 */
public record GenerateStep(
    AnswerSettings settings, GenerateSettings sampling, CheckCommands commands)
    implements ModelStep {
  @Override
  public String table() {
    return "generations";
  }

  @Override
  public StructType schema() {
    return GenerationSchema.GENERATIONS;
  }

  @Override
  public String inputKey() {
    return "row_key";
  }

  @Override
  public MapPartitionsFunction<Row, Row> function(RunContext run) {
    return new GenerateFunction(settings, sampling, commands, run);
  }

  @Override
  public Map<String, UnaryOperator<Dataset<Row>>> tables() {
    return Map.of(table(), UnaryOperator.identity());
  }
}
