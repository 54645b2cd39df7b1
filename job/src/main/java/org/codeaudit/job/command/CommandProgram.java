package org.codeaudit.job.command;

import java.io.PrintWriter;
import org.codeaudit.AuditException;
import org.codeaudit.job.sink.OutputFolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** Runs a command line to its exit code, and says on standard error what it failed with. */
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
      // Out of it, the JVM would end with 1, which says that every row came back.
      return report(e, commandLine.getErr());
    }
  }

  private static int report(Throwable exception, PrintWriter errors) {
    for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
      if (cause instanceof AuditException known) {
        errors.println("error: " + known.getMessage());
        boolean begun = known != exception || known.errorClass().equals(OutputFolder.NOT_PUBLISHED);
        return begun ? ExitCode.ABORTED : ExitCode.USAGE;
      }
    }
    LOG.error("The run was aborted", exception);
    errors.println("error: the run was aborted: " + reason(exception));
    return ExitCode.ABORTED;
  }

  /** What began it: Spark wraps a full disk in three layers, and adds the stack to its messages. */
  private static String reason(Throwable exception) {
    Throwable root = exception;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root.toString().lines().findFirst().orElseGet(root.getClass()::getName);
  }
}
