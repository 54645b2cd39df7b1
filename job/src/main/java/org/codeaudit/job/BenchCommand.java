package org.codeaudit.job;

import java.util.concurrent.Callable;
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
final class BenchCommand implements Callable<Integer> {
  @ParentCommand Main main;
  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return Main.USAGE;
  }
}
