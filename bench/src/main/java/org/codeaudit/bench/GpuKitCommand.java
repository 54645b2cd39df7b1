package org.codeaudit.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.codeaudit.bench.gpu.GpuKit;
import org.codeaudit.job.command.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bench gpu-kit}: the part of {@code bench/gpu/pack} that only the loader knows. */
@Command(
    name = "gpu-kit",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes into a folder what bench/gpu/drive.py needs to load and measure models on a GPU without"
          + " Java: archives of the decoder, golden checkpoints, shapes, and the calls that load"
          + " them. `bin/bench gpu-pack` makes the whole folder. See docs/gpus.md."
    })
final class GpuKitCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FOLDER", description = "Is made.")
  Path folder;

  @Option(
      names = "--golden",
      paramLabel = "FOLDER",
      split = ",",
      required = true,
      description = "Checkpoints with an expected.json, such as those in data/golden.")
  List<Path> golden;

  @Option(
      names = "--shape",
      paramLabel = "FILE",
      split = ",",
      required = true,
      description = "Files as config.json, each named as its shape.")
  List<Path> shapes;

  @Override
  public Integer call() throws IOException {
    GpuKit kit = new GpuKit(folder);
    for (Path checkpoint : golden) {
      kit.addGolden(checkpoint);
    }
    for (Path config : shapes) {
      kit.addShape(config);
    }
    kit.finish();
    return ExitCode.OK;
  }
}
