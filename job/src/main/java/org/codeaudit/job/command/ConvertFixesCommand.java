package org.codeaudit.job.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.codeaudit.job.eval.convert.FixPatches;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code audit eval convert fixes}: a dataset of fixes read backwards. */
@Command(
    name = "fixes",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Makes a dataset of patches that fixed defects: backwards they bring the defect in, and what"
            + " they removed is the label; as they are they are the clean twin.")
final class ConvertFixesCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "DIR",
      description =
          "A folder of patches with a file fixes.csv: patch,category,cwe,path; the last two may be"
              + " left out.")
  Path folder;

  @Mixin ConvertCommand.Made made;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    made.write(new FixPatches(folder).units(), spec.commandLine().getOut());
    return ExitCode.OK;
  }
}
