package org.codeaudit.job.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.codeaudit.fetch.ModelFetcher;
import org.codeaudit.job.console.FigureFiles;
import org.codeaudit.job.doctor.Examination;
import org.codeaudit.job.doctor.GpuChecks;
import org.codeaudit.job.doctor.MachineChecks;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code audit doctor}: whether everything works on this machine. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Checks this machine, a line for each thing: ok, failed or skipped, what was found, and what to"
          + " do. Takes some seconds and needs no model. See docs/gpus.md."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:No check failed.", "1:A check failed."})
public final class DoctorCommand implements Callable<Integer> {
  @Option(
      names = "--gpu",
      description =
          "Check the GPUs too: driver, libtorch, speeds, and what small models compute on each. It"
              + " is a failure if there is none.")
  boolean gpu;

  @Option(names = "--json", paramLabel = "FILE", description = "Also write all of it there.")
  Path json;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Examination examination = new Examination(out);
    Map<String, Path> folders =
        Map.of(
            "models",
            ModelFetcher.modelsFolder(),
            "temporary files",
            Path.of(System.getProperty("java.io.tmpdir")));
    boolean libtorch = new MachineChecks(examination, folders).run();
    if (gpu) {
      new GpuChecks(examination).run(libtorch);
    }
    out.println(examination.summary());
    out.flush();
    FigureFiles.write(json, examination.json());
    return examination.well() ? ExitCode.OK : ExitCode.ROWS_FAILED;
  }
}
