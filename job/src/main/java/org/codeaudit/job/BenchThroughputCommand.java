package org.codeaudit.job;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.file.FolderTree;
import org.codeaudit.job.bench.ThroughputReport;
import org.codeaudit.job.bench.Workload;
import org.codeaudit.udf.ReviewSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code audit bench throughput}: how fast a workload that never changes is done. */
@Command(
    name = "throughput",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Reviews 100 changes and answers 20 prompts that come with the program: by the engine alone,"
          + " with what it saves and without in turn, then by the whole pipeline through Spark. See"
          + " docs/benchmarks.md."
    })
final class BenchThroughputCommand implements Callable<Integer> {
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

  @Option(names = "--engine-only", description = "Leave out the phase through Spark.")
  boolean engineOnly;

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

  @ParentCommand BenchCommand bench;
  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    AnswerOptions.atLeast("--rows", rows, 1);
    AnswerOptions.atLeast("--repeat", repeat, 1);
    PrintWriter messages = spec.commandLine().getErr();
    answer.model.model = SyntheticModel.path(answer.model.model, messages);
    ReviewSettings settings =
        review.settings(
            answer.settings(OutputOptions.newRunId(), bench.main.loading(), messages),
            review.template());
    Workload workload = Workload.committed().first(rows);
    ThroughputReport report = new ThroughputReport(spec.commandLine().getOut(), settings, workload);
    report.engine(repeat);
    if (!engineOnly) {
      throughSpark(report, settings, workload);
    }
    Map<String, Double> ratios = report.ratios();
    BenchFiles.write(json, report.json(ratios));
    BenchFiles.write(requests, report.requests());
    return Main.OK;
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
