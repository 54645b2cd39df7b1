package org.codeaudit.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.codeaudit.bench.load.LoadReport;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.fetch.ModelFetcher;
import org.codeaudit.job.command.ExitCode;
import org.codeaudit.job.console.FigureFiles;
import org.codeaudit.job.option.AnswerOptions;
import org.codeaudit.job.option.ModelOptions;
import org.codeaudit.model.Arithmetic;
import org.codeaudit.model.PlacementRequest.Strategy;
import org.codeaudit.model.Precision;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench load}: what loading a model takes. */
@Command(
    name = "load",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Loads a model in every precision and placement, each time in a fresh process, and prints time"
          + " and memory next to reading the same files plainly. What cannot be loaded is a row with"
          + " the reason. See docs/benchmarks.md."
    })
final class LoadCommand implements Callable<Integer> {
  @Option(
      names = "--model",
      paramLabel = "M",
      description =
          "As --model of the other commands, or synthetic[:SHAPE]: made-up weights of a published"
              + " model's shape (default qwen2.5-coder-0.5b, 988 MB), written once into the folder of"
              + " models; default ${DEFAULT-VALUE}.")
  String model = "default";

  @Option(
      names = "--precision",
      paramLabel = "P",
      split = ",",
      description = "One or more of ${COMPLETION-CANDIDATES}; default all.")
  List<Precision> precisions = List.of(Precision.values());

  @Option(
      names = "--arithmetic",
      paramLabel = "A",
      description = "How a processor multiplies: ${COMPLETION-CANDIDATES}; default auto.")
  Arithmetic arithmetic = Arithmetic.AUTO;

  @Option(
      names = "--placement",
      paramLabel = "S",
      split = ",",
      description = "One or more of ${COMPLETION-CANDIDATES}; default cpu and disk.")
  List<Strategy> placements = List.of(Strategy.CPU, Strategy.DISK);

  @Option(
      names = "--repeat",
      paramLabel = "N",
      description = "Measure everything so often and show medians; default ${DEFAULT-VALUE}.")
  int repeat = 1;

  @Option(
      names = "--prompt-tokens",
      paramLabel = "N",
      description = "Length of the prompt before the first token; default ${DEFAULT-VALUE}.")
  int promptTokens = 1;

  @Option(
      names = "--cache-tokens",
      paramLabel = "N",
      description =
          "Positions of key-value cache; default 512, or one more than the prompt if that is more.")
  int cacheTokens = 512;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of one model step on a CPU; default one per processor.")
  int threads;

  @Option(names = "--json", paramLabel = "FILE", description = "Also write all figures there.")
  Path json;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    AnswerOptions.atLeast("--repeat", repeat, 1);
    AnswerOptions.atLeast("--prompt-tokens", promptTokens, 1);
    AnswerOptions.atLeast("--cache-tokens", cacheTokens, 1);
    AnswerOptions.atLeast("--threads", threads, 0);
    PrintWriter out = spec.commandLine().getOut();
    LoadReport report = new LoadReport(out);
    Path scratch =
        ModelFetcher.modelsFolder()
            .resolve("bench-" + UUID.randomUUID().toString().substring(0, 8));
    try (Checkpoint checkpoint = open(spec.commandLine().getErr())) {
      int cache = Math.max(cacheTokens, promptTokens + 1);
      ObjectNode figures =
          report.run(
              checkpoint,
              scratch,
              new LoadReport.Request(
                  precisions, arithmetic, placements, repeat, cache, threads, promptTokens));
      FigureFiles.write(json, figures);
    }
    return report.complete() ? ExitCode.OK : ExitCode.ROWS_FAILED;
  }

  private Checkpoint open(PrintWriter messages) {
    ModelOptions options = new ModelOptions();
    options.model = SyntheticModel.path(model, messages);
    ModelFetcher fetcher = ModelFetcher.of(SparkConf::new);
    return fetcher.local(options.reference(fetcher)).open();
  }
}
