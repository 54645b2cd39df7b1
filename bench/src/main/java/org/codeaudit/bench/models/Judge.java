package org.codeaudit.bench.models;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.prompt.Placeholders;
import org.codeaudit.udf.row.GenerationSchema;
import org.codeaudit.udf.row.RowBuilder;

/**
 * A model that gives each answer a score from 1 to 5 by a written rubric. What it says is an
 * opinion of that model.
 *
 * @param setting the model
 * @param rubric a text with places for {@code prompt} and {@code answer}, that asks for a last line
 *     {@code Score: N}
 */
public record Judge(ModelSetting setting, String rubric) {
  /** The table {@code judgements}; {@code score} is null where none was given. */
  static final StructType JUDGEMENTS =
      new StructType()
          .add("run_id", "string", false)
          .add("row_key", "string", false)
          .add("id", "string")
          .add("judge", "string", false)
          .add("score", "int")
          .add("text", "string")
          .add("error", "string");

  private static final Pattern SCORE = Pattern.compile("(?i)\\bscore\\W{1,6}([1-5])(?!\\d|\\.\\d)");

  /**
   * A rubric that can be used.
   *
   * @throws AuditException {@code PROMPT_INVALID} if it has other places, or none for the answer
   */
  public static String usable(String rubric) {
    List<String> names = Placeholders.names(rubric);
    if (!names.contains("answer") || !List.of("prompt", "answer").containsAll(names)) {
      throw new AuditException(
          ErrorClass.PROMPT_INVALID,
          "The rubric cannot be used",
          "its places are " + names,
          "It must have {{answer}}, and may have {{prompt}}");
    }
    return rubric;
  }

  /**
   * Judges all answers, in a process of its own.
   *
   * @param prompts that each model was asked
   * @param outcomes whose rows are in the order of the prompts
   * @return rows of {@link #JUDGEMENTS}, one for each answer with a text
   */
  List<Row> judge(List<Row> prompts, List<ModelOutcome> outcomes, Path scratch) throws IOException {
    List<Row> judged = new ArrayList<>();
    List<Row> questions = new ArrayList<>();
    for (ModelOutcome outcome : outcomes) {
      for (int i = 0; i < outcome.rows().size(); i++) {
        Row answer = outcome.rows().get(i);
        if (answer.getAs("text") != null) {
          judged.add(answer);
          questions.add(question(prompts.get(i), answer));
        }
      }
    }
    ModelOutcome outcome =
        setting.error() != null
            ? ModelOutcome.without(setting.error())
            : questions.isEmpty()
                ? new ModelOutcome(List.of(), null, null)
                : ModelProcess.run(setting.task(questions), setting.limit(), scratch);
    Iterator<Row> verdicts = outcome.rows().iterator();
    return judged.stream().map(answer -> judgement(answer, outcome.error(), verdicts)).toList();
  }

  private Row question(Row prompt, Row answer) {
    String text =
        Placeholders.fill(
            rubric,
            name -> name.equals("answer") ? answer.getAs("text") : prompt.<String>getAs("prompt"));
    return new RowBuilder(GenerationSchema.PROMPTS)
        .set("id", answer.<String>getAs("run_id") + "/" + answer.<String>getAs("row_key"))
        .set("prompt", text)
        .build();
  }

  private Row judgement(Row answer, String error, Iterator<Row> verdicts) {
    RowBuilder row =
        new RowBuilder(JUDGEMENTS)
            .set("run_id", answer.getAs("run_id"))
            .set("row_key", answer.getAs("row_key"))
            .set("id", answer.getAs("id"))
            .set("judge", setting.model());
    if (error != null) {
      return row.set("error", error).build();
    }
    Row verdict = verdicts.next();
    String text = verdict.getAs("text");
    return row.set("text", text)
        .set("score", text == null ? null : score(text))
        .set("error", verdict.getAs("error_message"))
        .build();
  }

  /** The last score of a text; null if there is none. */
  static Integer score(String text) {
    Integer score = null;
    for (Matcher found = SCORE.matcher(text); found.find(); ) {
      score = Integer.valueOf(found.group(1));
    }
    return score;
  }

  /** The mean score of a model's answers; empty if none has one. */
  static OptionalDouble mean(List<Row> judgements, String runId) {
    return judgements.stream()
        .filter(row -> row.getAs("run_id").equals(runId) && row.getAs("score") != null)
        .mapToInt(row -> row.<Integer>getAs("score"))
        .average();
  }
}
