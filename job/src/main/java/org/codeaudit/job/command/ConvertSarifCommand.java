package org.codeaudit.job.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
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
            + " a reviewer agrees with the tool. Or of what people have decided about findings.")
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

  @Option(
      names = "--decided",
      description =
          "Take results of a log of 'audit report' that people have decided about, and no others:"
              + " false positives are no defects, what was accepted or will not be fixed is. A unit is"
              + " the function around one.")
  boolean decided;

  @Mixin ConvertCommand.Made made;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    if (decided && withClean) {
      throw new AuditException(
          ErrorClass.OPTION,
          "Cannot use --decided and --with-clean together",
          "nobody has decided that files without findings are clean",
          "Leave one of them out");
    }
    SarifLabels labels = new SarifLabels(log, source);
    made.write(decided ? labels.decided() : labels.units(withClean), spec.commandLine().getOut());
    return ExitCode.OK;
  }
}
