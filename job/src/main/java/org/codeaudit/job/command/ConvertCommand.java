package org.codeaudit.job.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.codeaudit.job.eval.dataset.DatasetWriter;
import org.codeaudit.job.eval.dataset.EvaluationSet;
import org.codeaudit.job.eval.dataset.EvaluationUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code audit eval convert}: datasets of what others publish. */
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    description = "Makes a dataset for 'audit eval' of something on disk.",
    subcommands = {
      ConvertOwaspCommand.class,
      ConvertFixesCommand.class,
      ConvertSarifCommand.class,
      ConvertFramedCommand.class
    })
final class ConvertCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }

  /** Where the dataset goes. */
  static final class Made {
    @Option(
        names = "--out",
        paramLabel = "DIR",
        required = true,
        description = "The dataset's folder; must not be there, or be empty.")
    Path folder;

    /** Writes the set and says what is in it. */
    void write(EvaluationSet set, PrintWriter out) {
      DatasetWriter.write(set, folder);
      long clean = set.units().stream().filter(EvaluationUnit::clean).count();
      out.printf(
          "%d units with a defect and %d clean ones, %d lines: %s%n",
          set.units().size() - clean, clean, set.lines(), folder);
      out.flush();
    }
  }
}
