package org.codeaudit.job.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.codeaudit.job.eval.convert.OwaspBenchmark;
import org.codeaudit.job.option.AnswerOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code audit eval convert owasp}: OWASP's BenchmarkJava as a dataset. */
@Command(
    name = "owasp",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Makes a dataset of OWASP's BenchmarkJava: names, addresses, comments and other hints are"
            + " taken out; labels have no lines.")
final class ConvertOwaspCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "A checkout of the benchmark.")
  Path folder;

  @Mixin ConvertCommand.Made made;

  @Option(
      names = "--per-category",
      paramLabel = "N",
      description =
          "So many units of each category with its defect and as many without it, or all there are;"
              + " default all.")
  int each = Integer.MAX_VALUE;

  @Option(
      names = "--skip",
      paramLabel = "N",
      description =
          "Pass over the N units of each category and label that --per-category N would take with"
              + " the same seed: for a second set that has none of the first.")
  int skip;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Which units are drawn; default ${DEFAULT-VALUE}.")
  long seed = 1;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    AnswerOptions.atLeast("--per-category", each, 1);
    AnswerOptions.atLeast("--skip", skip, 0);
    OwaspBenchmark.Sample sample = new OwaspBenchmark.Sample(each, skip, seed);
    made.write(new OwaspBenchmark(folder).units(sample), spec.commandLine().getOut());
    return ExitCode.OK;
  }
}
