package org.codeaudit.job.bench;

import java.util.concurrent.Callable;
import org.codeaudit.job.command.CommandContext;
import org.codeaudit.job.command.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code audit bench}: measures this machine. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measures what a model costs on this machine.",
    subcommands = {
      BenchLoadCommand.class,
      BenchThroughputCommand.class,
      BenchOverheadCommand.class
    })
public final class BenchCommand implements Callable<Integer> {
  @ParentCommand CommandContext context;
  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }
}
