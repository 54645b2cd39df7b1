package org.codeaudit.job.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.Hashes;
import org.codeaudit.job.audit.AuditRun;
import org.codeaudit.job.audit.Budget;
import org.codeaudit.job.console.ProgressLine;
import org.codeaudit.job.eval.Evaluation;
import org.codeaudit.job.eval.Review;
import org.codeaudit.job.eval.Usage;
import org.codeaudit.job.eval.answers.ReviewedRows;
import org.codeaudit.job.eval.answers.ScoredCheck;
import org.codeaudit.job.eval.answers.UnitRows;
import org.codeaudit.job.eval.dataset.EvaluationSet;
import org.codeaudit.job.option.OutputOptions;
import org.codeaudit.job.sink.Existing;
import org.codeaudit.job.sink.OutputFolder;
import org.codeaudit.job.sink.RunSchema;
import org.codeaudit.udf.setting.ReviewSettings;

/**
 * Reviews a set as {@code audit review} reviews files, into separate tables for each model, way of
 * asking and pass. What is already in them is not asked again.
 */
final class EvalPasses {
  private static final int DIGITS = 10;

  private final SparkSession spark;
  private final EvaluationSet set;
  private final String answers;
  private final boolean again;
  private final boolean quiet;
  private final String options;
  private final List<String> notes = new ArrayList<>();

  /**
   * @param answers folder for the tables
   * @param again whether tables that are there are replaced
   * @param options what the command was told, for the table {@code runs}
   */
  EvalPasses(
      SparkSession spark,
      EvaluationSet set,
      String answers,
      boolean again,
      boolean quiet,
      String options) {
    this.spark = spark;
    this.set = set;
    this.answers = answers;
    this.again = again;
    this.quiet = quiet;
    this.options = options;
  }

  private record Reviewed(Review review, Usage usage, List<ScoredCheck> checks) {}

  /** Reviews the set in all passes of a model; returns the scores of every check. */
  List<ScoredCheck> checks(EvalModel model) {
    return model.passes().stream()
        .flatMap(pass -> reviewed(model, pass).checks().stream())
        .toList();
  }

  /** Reviews the set in all passes of a model, and measures it. */
  Evaluation evaluation(EvalModel model, double minConfidence) {
    List<Reviewed> reviewed = new ArrayList<>();
    for (EvalModel.Pass pass : model.passes()) {
      reviewed.add(reviewed(model, pass));
    }
    return Evaluation.of(
        model.name(),
        reviewed.stream().map(Reviewed::review).toList(),
        reviewed.get(0).usage(),
        minConfidence);
  }

  /** Lines of Markdown about the models that were asked. */
  List<String> notes() {
    return notes;
  }

  private Reviewed reviewed(EvalModel model, EvalModel.Pass pass) {
    String runId = OutputOptions.newRunId();
    ReviewSettings settings = pass.settings().apply(runId);
    String way = model.name() + "-" + hash(pass.settings().apply(""));
    String place = String.join("/", answers, way, pass.name());
    Existing existing = again ? Existing.OVERWRITE : Existing.RESUME;
    try (OutputFolder folder =
        OutputFolder.open(spark, place, runId, existing, "parquet", ReviewStep.TABLES)) {
      AuditRun.Settings run =
          new AuditRun.Settings(
              runId, "eval", options, existing, 0, false, false, Budget.UNLIMITED);
      ReviewStep step = new ReviewStep(settings);
      Dataset<Row> units = UnitRows.changes(spark, set);
      AuditRun.Result result =
          new AuditRun(spark, folder, run).run(step, units, this::progress, ReviewStep.FINDINGS);
      ReviewedRows rows = ReviewedRows.of(set, units, folder.read(step.table(), step.schema()));
      notes.add(note(model.name() + ", " + pass.name(), settings, rows, result));
      return new Reviewed(
          rows.review(), rows.usage(folder.read("runs", RunSchema.RUNS)), rows.checks());
    }
  }

  private AutoCloseable progress(SparkContext context, OptionalLong partitions) {
    return ProgressLine.of(quiet, context, partitions);
  }

  private static String note(
      String what, ReviewSettings settings, ReviewedRows rows, AuditRun.Result result) {
    return String.format(
        "- %s: revision %s; %s; %d inputs answered earlier",
        what, settings.answer().modelRevision(), rows.asked(), result.reusedInputs());
  }

  /**
   * Identifies a way of asking by the bytes of the settings that travel to executors, which contain
   * everything that an answer depends on. So tables of different settings are never mixed up.
   */
  private static String hash(ReviewSettings settings) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream objects = new ObjectOutputStream(bytes)) {
      objects.writeObject(settings);
      return Hashes.hex(bytes.toByteArray()).substring(0, DIGITS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
