package org.codeaudit.job;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.codeaudit.job.eval.convert.FramedUnits;
import org.codeaudit.job.eval.dataset.DatasetReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code audit eval convert framed}: a dataset whose defects are spoken for. */
@Command(
    name = "framed",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Makes a dataset of another one's defective files, with something in them that speaks for"
            + " the code. What is found less than in the other was hidden by it.")
final class ConvertFramedCommand implements Callable<Integer> {
  @Option(
      names = "--dataset",
      paramLabel = "D",
      required = true,
      description = "A JSONL file of units, or a folder of such files.")
  Path dataset;

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
    made.write(FramedUnits.of(DatasetReader.read(dataset), framing), spec.commandLine().getOut());
    return Main.OK;
  }
}
