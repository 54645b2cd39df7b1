package org.codeaudit.job.command;

import java.io.PrintWriter;
import org.codeaudit.AuditException;
import org.codeaudit.job.audit.RunAborted;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** Runs a command line, reports a failure on standard error and returns the exit code. */
public final class CommandProgram {
  private static final Logger LOG = LoggerFactory.getLogger(CommandProgram.class);

  private CommandProgram() {}

  /**
   * Runs the command that {@code arguments} name, or shows the help if there are none.
   *
   * @param program has the commands
   * @return an {@link ExitCode}
   */
  public static int run(CommandContext program, String... arguments) {
    CommandLine commandLine = new CommandLine(program);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setExecutionExceptionHandler(
        (exception, command, parsed) -> report(exception, command.getErr()));
    try {
      return arguments.length == 0 ? commandLine.execute("--help") : commandLine.execute(arguments);
    } catch (Error e) {
      // If it were thrown further, the JVM would end with 1, which means that every row came
      // back.
      return report(e, commandLine.getErr());
    }
  }

  private static int report(Throwable failure, PrintWriter errors) {
    if (failure instanceof AuditException refusal) {
      errors.println("error: " + refusal.getMessage());
      return ExitCode.USAGE;
    }
    RunAborted aborted = RunAborted.by(failure);
    if (aborted.reason() == RunAborted.Reason.UNEXPECTED) {
      LOG.error("The run was aborted", aborted.getCause());
    }
    errors.println("error: " + aborted.getMessage());
    return ExitCode.ABORTED;
  }
}
