package org.codeaudit.job.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.codeaudit.job.eval.convert.SarifLabels;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code audit eval convert sarif}: another tool's findings as a dataset. */
@Command(
    name = "sarif",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Makes a dataset of another tool's findings, taken for the truth: figures over it say how far"
            + " a reviewer agrees with the tool.")
final class ConvertSarifCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "A log of SARIF 2.1.0.")
  Path log;

  @Option(
      names = "--source",
      paramLabel = "DIR",
      required = true,
      description = "The folder that the tool analysed.")
  Path source;

  @Option(
      names = "--with-clean",
      description =
          "Take files of which the tool said nothing as clean units, in the languages in which it"
              + " said something.")
  boolean withClean;

  @Mixin ConvertCommand.Made made;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    made.write(new SarifLabels(log, source, withClean).units(), spec.commandLine().getOut());
    return ExitCode.OK;
  }
}
