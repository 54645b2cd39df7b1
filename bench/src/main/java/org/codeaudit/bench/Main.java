package org.codeaudit.bench;

import org.codeaudit.generate.ModelLoader;
import org.codeaudit.job.command.CommandContext;
import org.codeaudit.job.command.CommandProgram;
import org.codeaudit.udf.setting.CheckpointLoader;
import picocli.CommandLine.Command;

/**
 * The benchmarks that are commands; {@code bin/bench} starts them. Those of single methods are in
 * {@code row}, and run by JMH.
 */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    version = "Code Audit " + CommandContext.VERSION,
    description = "Measures what a model costs on this machine.",
    subcommands = {
      LoadCommand.class,
      ThroughputCommand.class,
      ModelsCommand.class,
      OverheadCommand.class,
      GpuKitCommand.class,
      TruthCommand.class
    })
public final class Main implements CommandContext {
  @Override
  public ModelLoader loader() {
    return new CheckpointLoader();
  }

  /** Runs the command that {@code arguments} name and ends the JVM with its exit code. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs the command that {@code arguments} name; returns its exit code. */
  public static int run(String... arguments) {
    return CommandProgram.run(new Main(), arguments);
  }
}
