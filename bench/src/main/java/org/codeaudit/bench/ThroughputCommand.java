package org.codeaudit.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.bench.throughput.BenchPipeline;
import org.codeaudit.bench.throughput.ThroughputReport;
import org.codeaudit.bench.throughput.Workload;
import org.codeaudit.disk.FolderTree;
import org.codeaudit.job.command.CommandContext;
import org.codeaudit.job.command.ExitCode;
import org.codeaudit.job.console.FigureFiles;
import org.codeaudit.job.option.AnswerOptions;
import org.codeaudit.job.option.OutputOptions;
import org.codeaudit.job.option.ReviewOptions;
import org.codeaudit.job.option.SparkOptions;
import org.codeaudit.udf.setting.ReviewSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code bench throughput}: how fast a workload that never changes is done. */
@Command(
    name = "throughput",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures what the machine does at most and what the model alone does; then reviews 100 changes"
          + " and answers 20 prompts that come with the program: by the engine alone, with what it"
          + " saves and without in turn, and by the whole pipeline through Spark. See"
          + " docs/benchmarks.md."
    })
final class ThroughputCommand implements Callable<Integer> {
  @Option(
      names = "--rows",
      paramLabel = "N",
      description = "Only the first N rows of the workload; default all.")
  int rows = Integer.MAX_VALUE;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      description = "Measure each phase so often; default ${DEFAULT-VALUE}.")
  int repeat = 2;

  @Option(names = "--raw-only", description = "Only the machine's floors and the model alone.")
  boolean rawOnly;

  @Option(names = "--engine-only", description = "Only the workload by the engine alone.")
  boolean engineOnly;

  @Option(
      names = "--prompt-tokens",
      paramLabel = "N",
      description =
          "Length of the prompts that the model alone is measured with; default"
              + " ${DEFAULT-VALUE}.")
  int promptTokens = 512;

  @Option(
      names = "--grow",
      description =
          "Also follow the model alone as it grows: 1 to 64 sequences side by side, contexts from"
              + " 512 tokens on.")
  boolean grow;

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "The longest context of --grow; default ${DEFAULT-VALUE}.")
  int longestContext = 8192;

  @Option(names = "--json", paramLabel = "FILE", description = "Also write all figures there.")
  Path json;

  @Option(
      names = "--requests",
      paramLabel = "FILE",
      description =
          "Also write there what was asked, as token ids with the length of the answer: a JSON"
              + " object a line.")
  Path requests;

  @Mixin AnswerOptions answer = AnswerOptions.upTo(256);
  @Mixin ReviewOptions review;
  @Mixin SparkOptions spark;

  @ParentCommand CommandContext context;
  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    check();
    PrintWriter messages = spec.commandLine().getErr();
    answer.model.model = SyntheticModel.path(answer.model.model, messages);
    // One question a row, whose prompt is known: what is compared asks the same.
    review.kind = ReviewOptions.Kind.OPEN;
    ReviewSettings settings =
        review.settings(
            answer.forReviews(OutputOptions.newRunId(), context.loader()), review.template());
    Workload workload = Workload.committed().first(rows);
    ThroughputReport report = new ThroughputReport(spec.commandLine().getOut(), settings, workload);
    if (!engineOnly) {
      report.raw(promptTokens, grow ? longestContext : 0);
    }
    if (!rawOnly) {
      report.engine(repeat);
    }
    if (!rawOnly && !engineOnly) {
      throughSpark(report, settings, workload);
    }
    Map<String, Double> ratios = report.ratios();
    FigureFiles.write(json, report.json(ratios));
    FigureFiles.write(requests, report.requests());
    return ExitCode.OK;
  }

  private void check() {
    AnswerOptions.atLeast("--rows", rows, 1);
    AnswerOptions.atLeast("--repeat", repeat, 1);
    AnswerOptions.atLeast("--prompt-tokens", promptTokens, 1);
    AnswerOptions.atLeast("--context", longestContext, 16);
    if (rawOnly && engineOnly) {
      throw refused("--raw-only --engine-only", "each leaves out what the other measures");
    }
    if (engineOnly && grow) {
      throw refused("--engine-only --grow", "the model alone is not measured then");
    }
  }

  private static AuditException refused(String options, String why) {
    return new AuditException(
        ErrorClass.OPTION, "Cannot measure with " + options, why, "Correct it");
  }

  private void throughSpark(ThroughputReport report, ReviewSettings settings, Workload workload)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("audit-bench-");
    SparkSession session = spark.session("bench");
    try {
      BenchPipeline pipeline = new BenchPipeline(session, settings, workload.write(folder));
      pipeline.prompts(folder.resolve("tasks.jsonl"));
      report.pipeline(pipeline::run, repeat);
    } finally {
      session.stop();
      FolderTree.delete(folder);
    }
  }
}
