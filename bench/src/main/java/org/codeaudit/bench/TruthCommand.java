package org.codeaudit.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.bench.truth.Tally;
import org.codeaudit.bench.truth.Truth;
import org.codeaudit.bench.truth.TruthReport;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.fetch.ModelFetcher;
import org.codeaudit.job.command.ExitCode;
import org.codeaudit.job.console.FigureFiles;
import org.codeaudit.job.option.ModelOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench truth}: what the job makes of public code, held against other programs. */
@Command(
    name = "truth",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Compares diffs, chat templates and texts, as the job reads them, with the files themselves and"
          + " with what git, GNU patch, jinja2 and Hugging Face's tokenizers make of them. `bin/bench"
          + " truth-fetch FOLDER` makes the folder. Exit code 1 if fewer than 99.9% of the changed"
          + " lines are at their line. See docs/benchmarks.md."
    })
final class TruthCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FOLDER", description = "What was fetched.")
  Path folder;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Write truth.md and truth.csv there; default FOLDER.")
  Path out;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter messages = spec.commandLine().getErr();
    Tally tally = new Truth(folder, TruthCommand::tokenizer, messages).compare();
    if (tally.figures().isEmpty()) {
      throw new AuditException(
          ErrorClass.OPTION,
          "There is nothing to compare in " + folder,
          "it has no complete pair of packages, template or tokenizer",
          "Make it with bin/bench truth-fetch " + folder);
    }
    TruthReport report = new TruthReport(tally);
    Path target = Files.createDirectories(out == null ? folder : out);
    List<String> markdown = report.markdown();
    FigureFiles.write(target.resolve("truth.md"), markdown);
    report.writeCsv(target.resolve("truth.csv"));
    PrintWriter console = spec.commandLine().getOut();
    markdown.forEach(console::println);
    OptionalDouble share = report.share();
    boolean met = share.orElse(1) >= TruthReport.TARGET;
    console.printf(
        Locale.ROOT,
        "%nTarget     changed lines at their line >= %.1f%%: %s%nTables     %s/truth.{md,csv}%n",
        100 * TruthReport.TARGET,
        share.isEmpty()
            ? "there are none"
            : String.format(
                Locale.ROOT, "%.4f%%  %s", 100 * share.getAsDouble(), met ? "met" : "missed"),
        target);
    console.flush();
    return met ? ExitCode.OK : ExitCode.ROWS_FAILED;
  }

  private static String tokenizer(String model) {
    ModelOptions options = new ModelOptions();
    options.model = model;
    ModelFetcher fetcher = ModelFetcher.of(SparkConf::new);
    try (Checkpoint checkpoint = fetcher.local(options.reference(fetcher)).open()) {
      return checkpoint.tokenizer().tokenizerJson();
    }
  }
}
