package org.codeaudit.job.command;

import java.util.concurrent.Callable;
import org.codeaudit.job.eval.convert.FramedUnits;
import org.codeaudit.job.option.DatasetOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code audit eval convert framed}: a dataset in which comments speak in favour of the defects.
 */
@Command(
    name = "framed",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Makes a dataset of another one's defective files, with something in them that speaks for"
            + " the code. What is found less than in the other was hidden by it.")
final class ConvertFramedCommand implements Callable<Integer> {
  @Mixin DatasetOptions dataset;

  @Option(
      names = "--by",
      paramLabel = "F",
      required = true,
      description =
          "What speaks for the code: comment or string (above the defect), name (of every function)"
              + " or path (of the file).")
  FramedUnits.Framing framing;

  @Mixin ConvertCommand.Made made;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    made.write(FramedUnits.of(dataset.read(), framing), spec.commandLine().getOut());
    return ExitCode.OK;
  }
}
