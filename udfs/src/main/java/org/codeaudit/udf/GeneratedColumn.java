package org.codeaudit.udf;

import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.code.CheckCommands;
import org.codeaudit.udf.row.GenerationSchema;
import org.codeaudit.udf.row.RowBuilder;
import org.codeaudit.udf.run.AnswerStream;
import org.codeaudit.udf.run.Isolation;
import org.codeaudit.udf.run.RunContext;
import org.codeaudit.udf.run.TaskModel;
import org.codeaudit.udf.setting.AnswerSettings;
import org.codeaudit.udf.setting.GenerateSettings;

/** Answers to the prompts of a column, the same as those of {@link GenerateFunction}. */
public final class GeneratedColumn extends AnswerColumn {
  private static final long serialVersionUID = 1L;

  /**
   * {@code status} is {@code ok}, {@code truncated} (the limit of new tokens or of the context was
   * reached) or {@code failed}; {@code text} is null where it failed.
   */
  public static final StructType TYPE =
      new StructType()
          .add("text", StringType, true)
          .add("status", StringType, false)
          .add("error_class", StringType, true)
          .add("error_message", StringType, true)
          .add("finish_reason", StringType, true)
          .add("prompt_tokens", IntegerType, true)
          .add("generated_tokens", IntegerType, true);

  private final AnswerSettings settings;
  private final GenerateSettings sampling;

  /**
   * @param prompt where the prompt stands in a row
   */
  public GeneratedColumn(AnswerSettings settings, GenerateSettings sampling, int prompt) {
    super(prompt);
    this.settings = settings;
    this.sampling = sampling;
  }

  @Override
  public StructType type() {
    return TYPE;
  }

  @Override
  AnswerSettings settings() {
    return settings;
  }

  @Override
  Iterator<AnswerStream.Work> questions(List<String> arguments, TaskModel model) {
    Row prompt = new RowBuilder(GenerationSchema.PROMPTS).set("prompt", arguments.get(0)).build();
    // Nothing is counted: the rows belong to the caller's own query.
    GenerateFunction function =
        new GenerateFunction(settings, sampling, CheckCommands.NONE, RunContext.alone());
    return List.of(function.ask(prompt, model, Isolation.NONE)).iterator();
  }

  @Override
  Row value(List<Row> answers) {
    Row answer = answers.get(0);
    return RowFactory.create(Arrays.stream(TYPE.fieldNames()).map(answer::<Object>getAs).toArray());
  }
}
