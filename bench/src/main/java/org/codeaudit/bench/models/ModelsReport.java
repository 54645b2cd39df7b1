package org.codeaudit.bench.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.bench.measure.ProcessFiles;
import org.codeaudit.code.CheckCommands;
import org.codeaudit.job.answer.GenerationPages;
import org.codeaudit.job.sink.Csv;
import org.codeaudit.udf.row.GenerationSchema;

/**
 * What was measured of several models, in a folder: {@code models.csv}, {@code models.md}, the
 * tables {@code models} and {@code generations}, and all answers of each model as a page in {@code
 * answers}. Written anew after each model, so that a run which is stopped leaves those it has done.
 */
public final class ModelsReport {
  private final SparkSession spark;
  private final Path folder;
  private final Path scratch;
  private final List<Row> prompts;
  private final List<ModelSetting> settings = new ArrayList<>();
  private final List<ModelOutcome> outcomes = new ArrayList<>();
  private Optional<String> judge = Optional.empty();
  private List<Row> judgements = List.of();

  /**
   * @param folder is made if need be
   * @param scratch takes files of processes while they run
   * @param prompts of {@link GenerationSchema#PROMPTS}
   */
  public ModelsReport(SparkSession spark, Path folder, Path scratch, List<Row> prompts) {
    this.spark = spark;
    this.folder = folder;
    this.scratch = scratch;
    this.prompts = List.copyOf(prompts);
  }

  /**
   * Measures a model, in a process of its own.
   *
   * @return the lines of the table so far
   * @throws AuditException {@code BENCH} if the folder cannot be written
   */
  public List<String> measure(ModelSetting setting) {
    try {
      ModelOutcome outcome =
          setting.error() == null
              ? ModelProcess.run(setting.task(prompts), setting.limit(), scratch)
              : ModelOutcome.without(setting.error());
      settings.add(setting);
      outcomes.add(outcome);
      if (!outcome.rows().isEmpty()) {
        page(setting, outcome);
      }
      write();
      return ModelsTable.lines(models());
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /**
   * Has all answers so far judged; adds the table {@code judgements}.
   *
   * @return the lines of the table, with scores
   * @throws AuditException {@code BENCH} if the folder cannot be written
   */
  public List<String> judge(Judge by) {
    try {
      judge = Optional.of(by.setting().model());
      judgements = by.judge(prompts, outcomes, scratch);
      write();
      write(spark.createDataFrame(judgements, Judge.JUDGEMENTS), "judgements");
      return ModelsTable.lines(models());
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** Whether each model answered each prompt, and a judge each answer. */
  public boolean complete() {
    return models().stream().allMatch(row -> row.getAs("status").equals("ok"))
        && judgements.stream().allMatch(row -> row.getAs("error") == null);
  }

  /** Rows of {@link ModelsSchema}. */
  private List<Row> models() {
    return IntStream.range(0, settings.size())
        .mapToObj(
            i -> ModelsRow.of(settings.get(i), prompts.size(), outcomes.get(i), judge, judgements))
        .toList();
  }

  private void page(ModelSetting setting, ModelOutcome outcome) {
    // Keys are those of the process, which runs commands when all is answered.
    new GenerationPages(setting.settings(), setting.sampling(), CheckCommands.NONE)
        .write(
            spark.createDataFrame(prompts, GenerationSchema.PROMPTS),
            spark.createDataFrame(outcome.rows(), GenerationSchema.GENERATIONS),
            setting.model(),
            setting.begun(),
            folder.resolve("answers").toUri().toString());
  }

  private void write() throws IOException {
    List<Row> models = models();
    List<Row> generations = outcomes.stream().flatMap(some -> some.rows().stream()).toList();
    Files.createDirectories(folder);
    Csv.write(folder.resolve("models.csv"), ModelsSchema.MODELS, models);
    Files.write(folder.resolve("models.md"), page(models));
    write(spark.createDataFrame(models, ModelsSchema.MODELS), "models");
    write(spark.createDataFrame(generations, GenerationSchema.GENERATIONS), "generations");
  }

  private void write(Dataset<Row> rows, String table) {
    rows.coalesce(1).write().mode("overwrite").parquet(folder.resolve(table).toUri().toString());
  }

  /**
   * The table, the machine, and for each model why it lay where it lay and what was not measured.
   */
  private List<String> page(List<Row> models) {
    Stream<String> notes =
        models.stream()
            .map(
                row ->
                    "- **"
                        + row.getAs("model")
                        + "**: "
                        + Stream.of("plan", "notes")
                            .map(column -> Optional.<String>ofNullable(row.getAs(column)))
                            .flatMap(Optional::stream)
                            .filter(text -> !text.isEmpty())
                            .collect(Collectors.joining(" Not known: ")));
    List<String> lines = new ArrayList<>(List.of("# Models", "", machine(), ""));
    lines.addAll(ModelsTable.lines(models));
    lines.add("");
    lines.addAll(notes.toList());
    return lines;
  }

  /** What this was measured on, in a line. */
  public String machine() {
    return "Measured on "
        + Runtime.getRuntime().availableProcessors()
        + " processors ("
        + String.join(", ", ProcessFiles.processor())
        + "), "
        + prompts.size()
        + (prompts.size() == 1 ? " prompt to each model." : " prompts to each model.");
  }

  private AuditException unwritable(IOException cause) {
    return new AuditException(
        ErrorClass.BENCH,
        "What was measured cannot be written to " + folder,
        cause.toString(),
        "Name a folder that can be written with --out, and free some disk space",
        cause);
  }
}
