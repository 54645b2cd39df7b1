package org.codeaudit.job.command;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.job.audit.Resume;
import org.codeaudit.job.console.PlanReport;
import org.codeaudit.job.option.AnswerOptions;
import org.codeaudit.job.option.OutputOptions;
import org.codeaudit.job.option.ReviewOptions;
import org.codeaudit.job.option.RulesOptions;
import org.codeaudit.job.option.SourceOptions;
import org.codeaudit.job.option.SparkOptions;
import org.codeaudit.job.plan.AnswerFigures;
import org.codeaudit.job.plan.Planner;
import org.codeaudit.job.plan.RunPlan;
import org.codeaudit.job.series.Series;
import org.codeaudit.job.sink.OutputTables;
import org.codeaudit.job.source.ExcludedFiles;
import org.codeaudit.udf.row.ReviewSchema;
import org.codeaudit.udf.run.EarlierAnswers;
import org.codeaudit.udf.setting.ReviewSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code audit plan}: what a review will come to, before it is started. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Says how many rows, tokens, hours and bytes a review of the same sources will come to,"
            + " from a random sample of them and a few real answers. Writes nothing.")
public final class PlanCommand implements Callable<Integer> {
  @Mixin SourceOptions source;
  @Mixin AnswerOptions answer;
  @Mixin ReviewOptions review;
  @Mixin RulesOptions rules;

  @Option(
      names = "--measure",
      paramLabel = "N",
      description =
          "How many questions the model is asked, to know how long and how fast its answers are; 0"
              + " loads no model and takes each to be as long as allowed; default"
              + " ${DEFAULT-VALUE}.")
  int measure = 16;

  @Option(
      names = "--from",
      paramLabel = "DIR",
      description =
          "Output folder of an earlier review: if it has answers of this model to this prompt, they"
              + " tell length, speed and size, and none is asked.")
  String from;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Folder the review will write to: what its tables hold already is not asked again, and"
              + " not counted.")
  String out;

  @Option(
      names = "--format",
      paramLabel = "F",
      description = "Format of the tables in --out; default ${DEFAULT-VALUE}.")
  String format = "parquet";

  @Option(
      names = "--prefill-rate",
      paramLabel = "T",
      description =
          "Tokens a second one GPU reads; with --decode-rate, instead of what is measured.")
  Double prefillRate;

  @Option(
      names = "--decode-rate",
      paramLabel = "T",
      description = "Tokens a second one GPU writes, over all answers of its batch.")
  Double decodeRate;

  @Option(
      names = "--executors",
      paramLabel = "N",
      description = "Also say how long so many executors take; default ${DEFAULT-VALUE}.")
  int executors = 1;

  @Option(
      names = "--within",
      paramLabel = "P",
      description =
          "Read until the tokens of all prompts are known to plus or minus P percent; 0 reads"
              + " everything; default ${DEFAULT-VALUE}.")
  double within = 5;

  @Option(
      names = "--sample-seconds",
      paramLabel = "S",
      description = "Read no further after so long; default ${DEFAULT-VALUE}.")
  double sampleSeconds = 120;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of what is drawn at random; default ${DEFAULT-VALUE}.")
  long seed = 1;

  @Option(names = "--json", description = "Print one JSON object instead of a table.")
  boolean json;

  @Mixin SparkOptions spark;

  @ParentCommand CommandContext context;
  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    check();
    ReviewSettings settings =
        review
            .settings(answer, OutputOptions.newRunId(), context.loader())
            .withRules(rules.rules());
    return spark.inSession(
        "plan",
        session -> {
          Dataset<Row> changes = ExcludedFiles.skip(source.changes(session), settings.rules());
          RunPlan plan = planner(session).plan(changes, settings, ReviewStep::findings);
          PlanReport report = new PlanReport(plan, executors, spec.commandLine().getOut());
          if (json) {
            report.json();
          } else {
            report.text();
          }
          return ExitCode.OK;
        });
  }

  private void check() {
    AnswerOptions.atLeast("--measure", measure, 0);
    AnswerOptions.atLeast("--executors", executors, 1);
    if (!(within >= 0 && within <= 100 && sampleSeconds > 0)) {
      throw wrong(
          "--within " + within + " --sample-seconds " + sampleSeconds,
          "--within is a percentage and --sample-seconds is more than 0");
    }
    rates();
  }

  private Planner planner(SparkSession session) {
    return new Planner(
        seed,
        within / 100,
        sampleSeconds,
        measure,
        Optional.ofNullable(from),
        Optional.ofNullable(out).map(folder -> held(session, folder)),
        rates());
  }

  /** What a review into this folder would find answered. */
  private EarlierAnswers held(SparkSession session, String folder) {
    OutputTables tables =
        OutputTables.open(session, folder, format, List.of(ReviewStep.REVIEWS)).warnIfUnfinished();
    if (!tables.holdsFiles(ReviewStep.REVIEWS)) {
      return EarlierAnswers.NONE;
    }
    Dataset<Row> reviews = tables.read(ReviewStep.REVIEWS, ReviewSchema.REVIEWS);
    EarlierAnswers.Builder earlier = Resume.goOn(reviews, ReviewStep.INPUT_KEY, false);
    Series.carryForward(reviews, earlier);
    return earlier.build();
  }

  private Optional<AnswerFigures.Rates> rates() {
    if (prefillRate == null && decodeRate == null) {
      return Optional.empty();
    }
    if (prefillRate == null || decodeRate == null || !(prefillRate > 0) || !(decodeRate > 0)) {
      throw wrong(
          "--prefill-rate " + prefillRate + " --decode-rate " + decodeRate,
          "both are needed, and both more than 0");
    }
    return Optional.of(new AnswerFigures.Rates(prefillRate, decodeRate, "", true));
  }

  private static AuditException wrong(String options, String why) {
    return new AuditException(
        ErrorClass.OPTION, "Cannot plan with " + options, why, "Correct the option");
  }
}
