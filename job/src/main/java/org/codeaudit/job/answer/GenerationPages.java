package org.codeaudit.job.answer;

import static org.apache.spark.sql.functions.col;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.ErrorClass;
import org.codeaudit.code.CheckCommands;
import org.codeaudit.finding.SecretRedactor;
import org.codeaudit.job.sink.Attempts;
import org.codeaudit.job.sink.PlainFile;
import org.codeaudit.udf.row.PromptKeys;
import org.codeaudit.udf.row.Status;
import org.codeaudit.udf.setting.AnswerSettings;
import org.codeaudit.udf.setting.GenerateSettings;

/**
 * Rows of the table {@code generations} as a page: every prompt of the input with the latest answer
 * to it, also where an earlier run has given that.
 */
public record GenerationPages(
    AnswerSettings settings, GenerateSettings sampling, CheckCommands commands)
    implements Serializable {
  private static final StructType ASKED =
      new StructType()
          .add("place", "long")
          .add("row_key", "string")
          .add("asked_id", "string")
          .add("asked_sample", "int")
          .add("prompt", "string")
          .add("system", "string");

  /**
   * Writes the page.
   *
   * @param prompts all that was to be asked
   * @param generations the table, with rows of earlier runs
   * @param model what the user calls the model, for a page without any answer
   * @param folder for pages, on any file system Hadoop knows
   * @return the page's path
   * @throws org.codeaudit.AuditException {@code ANSWERS_UNWRITABLE}
   */
  public String write(
      Dataset<Row> prompts, Dataset<Row> generations, String model, Instant time, String folder) {
    Dataset<Row> rows =
        asked(prompts).join(Attempts.latest(generations), "row_key").orderBy(col("place"));
    List<ShownAnswer> answers = new ArrayList<>();
    Map<String, Integer> counts = new TreeMap<>();
    String name = model;
    List<String> facts = new ArrayList<>();
    for (Iterator<Row> all = rows.toLocalIterator(); all.hasNext(); ) {
      Row row = all.next();
      answers.add(shown(row));
      counts.merge(row.getAs("status"), 1, Integer::sum);
      if (facts.isEmpty() && row.getAs("model_id") != null) {
        name = row.getAs("model_id");
        facts.add(provenance(row));
      }
    }
    facts.add(
        answers.size()
            + " prompts: "
            + counts.entrySet().stream()
                .map(count -> count.getValue() + " " + count.getKey())
                .collect(Collectors.joining(", ")));
    AnswerPage page = new AnswerPage(name, time, facts, answers);
    String path = folder.replaceFirst("/+$", "") + "/" + page.fileName();
    PlainFile.write(
        page.markdown().getBytes(StandardCharsets.UTF_8),
        path,
        prompts.sparkSession().sessionState().newHadoopConf(),
        ErrorClass.ANSWERS_UNWRITABLE);
    return path;
  }

  private Dataset<Row> asked(Dataset<Row> prompts) {
    JavaRDD<Row> rows =
        prompts
            .toJavaRDD()
            .zipWithIndex()
            .map(
                pair -> {
                  Row prompt = pair._1();
                  return RowFactory.create(
                      pair._2(),
                      PromptKeys.of(prompt, settings, sampling, commands).row(),
                      prompt.getAs("id"),
                      prompt.getAs("sample"),
                      prompt.getAs("prompt"),
                      prompt.getAs("system"));
                });
    return prompts.sparkSession().createDataFrame(rows, ASKED);
  }

  private static String provenance(Row row) {
    return String.format(
        "%s on %s, %s arithmetic, placement %s; revision %s",
        row.<String>getAs("precision"),
        row.<String>getAs("device"),
        row.<String>getAs("arithmetic"),
        row.<String>getAs("placement"),
        row.<String>getAs("model_revision"));
  }

  private static ShownAnswer shown(Row row) {
    return new ShownAnswer(
        Optional.ofNullable(row.getAs("asked_id")),
        Optional.<Integer>ofNullable(row.getAs("asked_sample")).orElse(0),
        redacted(row, "prompt"),
        redacted(row, "system"),
        Optional.ofNullable(row.getAs("text")),
        facts(row));
  }

  /** Answers are redacted in the table; prompts stand in none. */
  private static Optional<String> redacted(Row row, String column) {
    return Optional.<String>ofNullable(row.getAs(column)).map(SecretRedactor.SHAPES::redact);
  }

  private static List<String> facts(Row row) {
    List<String> facts = new ArrayList<>();
    if (Status.of(row) == Status.FAILED) {
      facts.add("failed: " + row.<String>getAs("error_message"));
      return facts;
    }
    boolean complete = Boolean.TRUE.equals(row.getAs("complete"));
    facts.add(complete ? "complete" : "incomplete (" + row.getAs("finish_reason") + ")");
    facts.add(
        String.format(
            Locale.ROOT,
            "%d tokens in %.2f s, the first after %.2f s",
            row.<Integer>getAs("generated_tokens"),
            row.<Long>getAs("total_ns") / 1e9,
            row.<Long>getAs("first_token_ns") / 1e9));
    String language = row.getAs("code_language");
    Integer lines = row.getAs("code_lines");
    if (lines != null) {
      Boolean parses = row.getAs("syntax_ok");
      facts.add(
          String.format(
              "%s, %d lines, %s",
              language == null ? "code" : language,
              lines,
              parses == null ? "not parsed" : parses ? "well formed" : "not well formed"));
    }
    Boolean passed = row.getAs("check_ok");
    if (passed != null) {
      facts.add(passed ? "the check passed" : "the check failed");
    }
    return facts;
  }
}
