package org.codeaudit.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.bench.overhead.GitLog;
import org.codeaudit.bench.overhead.InstantLoader;
import org.codeaudit.bench.throughput.BenchPipeline;
import org.codeaudit.bench.throughput.ThroughputReport.Outcome;
import org.codeaudit.bench.throughput.Workload;
import org.codeaudit.disk.FolderTree;
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
import picocli.CommandLine.Spec;

/** {@code bench overhead}: what everything but the model costs. */
@Command(
    name = "overhead",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Reviews the workload many times over with a model that answers at once, from patches to"
          + " tables, and reads the history of a repository next to 'git log -p'. The first turn"
          + " warms the JVM up and does not count. See docs/benchmarks.md."
    })
final class OverheadCommand implements Callable<Integer> {
  /** Rows a second of the whole pipeline. */
  private static final double ROWS_PER_SECOND = 2000;

  /** Speed of the git source to that of {@code git log -p}. */
  private static final double GIT_SPEED = 0.5;

  @Option(
      names = "--copies",
      paramLabel = "N",
      description = "Review the 100 changes so often; default ${DEFAULT-VALUE}.")
  int copies = 40;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      description = "Turns that count; default ${DEFAULT-VALUE}.")
  int repeat = 2;

  @Option(
      names = "--repository",
      paramLabel = "DIR",
      description = "Read this repository's history; default ${DEFAULT-VALUE}.")
  Path repository = Path.of(".");

  @Option(names = "--json", paramLabel = "FILE", description = "Also write all figures there.")
  Path json;

  @Mixin AnswerOptions answer = AnswerOptions.upTo(96);
  @Mixin ReviewOptions review;
  @Mixin SparkOptions spark;
  @Spec CommandSpec spec;

  private PrintWriter out;

  @Override
  public Integer call() throws IOException, InterruptedException {
    AnswerOptions.atLeast("--copies", copies, 1);
    AnswerOptions.atLeast("--repeat", repeat, 1);
    out = spec.commandLine().getOut();
    PrintWriter messages = spec.commandLine().getErr();
    answer.model.model = SyntheticModel.path(answer.model.model, messages);
    // One question a row, whose prompt is known: what is compared asks the same.
    review.kind = ReviewOptions.Kind.OPEN;
    ReviewSettings settings =
        review.settings(
            answer.forReviews(OutputOptions.newRunId(), new InstantLoader()), review.template());
    Path folder = Files.createTempDirectory("audit-bench-");
    SparkSession session = spark.session("bench");
    try {
      Path changes = Workload.committed().repeated(copies).write(folder);
      double rows = pipeline(new BenchPipeline(session, settings, changes));
      double git = git(session);
      target("Pipeline rows/s", rows, ROWS_PER_SECOND);
      target("Git source's speed to that of git log -p", git, GIT_SPEED);
      ObjectNode figures =
          FigureFiles.JSON
              .createObjectNode()
              .put("pipeline_rows_per_second", rows)
              .put("git_source_to_git_log", git)
              .put("processors", Runtime.getRuntime().availableProcessors());
      FigureFiles.write(json, figures);
    } finally {
      session.stop();
      FolderTree.delete(folder);
    }
    return ExitCode.OK;
  }

  /** Rows a second in the best turn that counts. */
  private double pipeline(BenchPipeline pipeline) {
    double best = 0;
    for (int turn = 0; turn <= repeat; turn++) {
      Outcome outcome = pipeline.run();
      double speed = outcome.timings().size() / outcome.seconds();
      line("Pipeline", outcome.timings().size() + " rows", outcome.seconds(), speed, turn);
      best = turn == 0 ? 0 : Math.max(best, speed);
    }
    return best;
  }

  /** The speed of the git source to that of git in the best turn that counts. */
  private double git(SparkSession session) throws InterruptedException {
    double best = 0;
    for (int turn = 0; turn <= repeat; turn++) {
      double git = GitLog.seconds(repository);
      long began = System.nanoTime();
      session
          .read()
          .format("git")
          .option("commits", "all")
          .load(repository.toString())
          .write()
          .format("noop")
          .mode("overwrite")
          .save();
      double source = (System.nanoTime() - began) / 1e9;
      line("History", String.format(Locale.ROOT, "git %.2f s", git), source, git / source, turn);
      best = turn == 0 ? 0 : Math.max(best, git / source);
    }
    return best;
  }

  private void line(String what, String size, double seconds, double speed, int turn) {
    out.printf(
        Locale.ROOT,
        "%-9s %-14s %8.2f s %9.2f%s%n",
        what,
        size,
        seconds,
        speed,
        turn == 0 ? "  (warm-up)" : "");
    out.flush();
  }

  private void target(String name, double value, double least) {
    out.printf(
        Locale.ROOT,
        "Target    %-42s >= %6.1f: %8.2f  %s%n",
        name,
        least,
        value,
        value >= least ? "met" : "missed");
    out.flush();
  }
}
