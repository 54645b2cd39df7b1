package org.codeaudit.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.job.sink.OutputFolder;
import org.codeaudit.job.sink.RunSummary;
import org.codeaudit.prompt.ChangeSplitter;
import org.codeaudit.prompt.PromptTemplate;
import org.codeaudit.udf.AnswerSettings;
import org.codeaudit.udf.FindingRow;
import org.codeaudit.udf.ProgressAccumulator;
import org.codeaudit.udf.ReviewFunction;
import org.codeaudit.udf.ReviewSchema;
import org.codeaudit.udf.ReviewSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code audit review}: changes or files to findings. */
@Command(
    name = "review",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Reviews what commits or patches changed, or whole files, and writes the tables reviews,"
          + " findings and runs."
    })
final class ReviewCommand implements Callable<Integer> {
  private static final List<String> TABLES = List.of("reviews", "findings", "runs");

  @Mixin SourceOptions source;
  @Mixin AnswerOptions answer;

  @Option(
      names = "--prompt",
      paramLabel = "P",
      description =
          "Prompt template: a file, or the name of one the jar carries; default ${DEFAULT-VALUE}.")
  String prompt = "review";

  @Option(
      names = "--unit-tokens",
      paramLabel = "N",
      description = "The most tokens of code in one question; default ${DEFAULT-VALUE}.")
  int unitTokens = 1500;

  @Option(
      names = "--max-findings",
      paramLabel = "N",
      description = "The most findings of one question; default ${DEFAULT-VALUE}.")
  int maxFindings = 5;

  @Mixin OutputOptions output;
  @Mixin SparkOptions spark;

  @ParentCommand Main main;
  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    source.check();
    AnswerOptions.atLeast("--unit-tokens", unitTokens, ChangeSplitter.SMALLEST_BUDGET);
    AnswerOptions.atLeast("--max-findings", maxFindings, 1);
    String runId = OutputOptions.newRunId();
    PromptTemplate template =
        Files.isRegularFile(Path.of(prompt))
            ? PromptTemplate.load(Path.of(prompt))
            : PromptTemplate.bundled(prompt);
    AnswerSettings settings = answer.settings(runId, main.loading(), spec.commandLine().getErr());
    ReviewSettings review = new ReviewSettings(settings, template, unitTokens, maxFindings);
    SparkSession session = spark.session("review");
    try (OutputFolder folder = output.open(session, runId, TABLES)) {
      return run(session, folder, review, runId);
    } finally {
      session.stop();
    }
  }

  private int run(
      SparkSession session, OutputFolder folder, ReviewSettings settings, String runId) {
    Instant startedAt = Instant.now();
    Dataset<Row> changes = Partitions.spread(source.changes(session));
    long files = changes.count();

    Stopwatch stopwatch = Stopwatch.start();
    ProgressAccumulator progress = new ProgressAccumulator();
    session.sparkContext().register(progress, ProgressAccumulator.NAME);
    try (ProgressLine line = output.progress(session, OptionalLong.of(files), "files")) {
      folder.write(
          "reviews",
          changes.mapPartitions(
              new ReviewFunction(settings, progress), Encoders.row(ReviewSchema.REVIEWS)));
    }
    double seconds = stopwatch.seconds();

    // Inference runs once: everything else is derived from what was written.
    Dataset<Row> reviews = folder.read("reviews", ReviewSchema.REVIEWS).cache();
    Dataset<Row> findings = findings(reviews);
    folder.write("findings", findings);
    RunSummary summary = RunSummary.of(reviews);
    long found = findings.count();
    folder.write(
        "runs",
        summary.row(
            session,
            runId,
            "review",
            RunSettings.json(spec),
            startedAt,
            Instant.now(),
            seconds,
            OptionalLong.of(found)));

    Report report = new Report(spec.commandLine().getOut());
    if (!output.quiet) {
      report.findings(findings, found);
      report.failures(reviews);
    }
    report.summary(summary, OptionalLong.of(found), seconds);
    report.tables(folder.publish(), TABLES);
    return summary.failed() == 0 ? Main.OK : Main.ROWS_FAILED;
  }

  /** One row per finding, with the identity of its unit. */
  static Dataset<Row> findings(Dataset<Row> reviews) {
    String[] columns =
        Stream.concat(FindingRow.UNIT_COLUMNS.stream(), Stream.of("finding.*"))
            .toArray(String[]::new);
    return reviews.select(col("*"), explode(col("findings")).as("finding")).selectExpr(columns);
  }
}
