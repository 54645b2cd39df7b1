package org.codeaudit.job;

import java.io.PrintWriter;
import org.codeaudit.AuditException;
import org.codeaudit.job.bench.BenchCommand;
import org.codeaudit.job.command.CalibrateCommand;
import org.codeaudit.job.command.CommandContext;
import org.codeaudit.job.command.CompactCommand;
import org.codeaudit.job.command.DoctorCommand;
import org.codeaudit.job.command.EvalCommand;
import org.codeaudit.job.command.ExitCode;
import org.codeaudit.job.command.GenerateCommand;
import org.codeaudit.job.command.ModelCommand;
import org.codeaudit.job.command.PlanCommand;
import org.codeaudit.job.command.ReportCommand;
import org.codeaudit.job.command.ReviewCommand;
import org.codeaudit.job.command.TriageCommand;
import org.codeaudit.job.sink.OutputFolder;
import org.codeaudit.udf.setting.ModelLoading;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The command line, on a laptop ({@code bin/audit}) and under {@code spark-submit} alike.
 *
 * <p>Exit codes: {@link ExitCode}.
 */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    version = "Code Audit " + CommandContext.VERSION,
    description = "Has code read by a language model on your own machines.",
    subcommands = {
      ReviewCommand.class,
      PlanCommand.class,
      GenerateCommand.class,
      ModelCommand.class,
      BenchCommand.class,
      DoctorCommand.class,
      CompactCommand.class,
      EvalCommand.class,
      TriageCommand.class,
      ReportCommand.class,
      CalibrateCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:Every row came back; none failed.",
      "1:Every row came back; some failed, and say why in the tables.",
      "2:Wrong arguments, or nothing could be started; nothing was written.",
      "3:The run was aborted; the log says why.",
      "4:The budget of time or tokens was used up; the same command goes on with what is left."
    })
public final class Main implements CommandContext {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);

  private final ModelLoading loading;

  private Main(ModelLoading loading) {
    this.loading = loading;
  }

  @Override
  public ModelLoading loading() {
    return loading;
  }

  /**
   * Runs the command that {@code arguments} name and ends the JVM with its exit code. A driver that
   * a cluster runs just returns when nothing failed: there an exit, even with 0, may count as
   * failure.
   */
  public static void main(String[] arguments) {
    int code = run(arguments);
    boolean inCluster = "cluster".equals(System.getProperty("spark.submit.deployMode"));
    if (code != ExitCode.OK || !inCluster) {
      System.exit(code);
    }
  }

  /** Runs the command that {@code arguments} name; returns its exit code. */
  public static int run(String... arguments) {
    return run(ModelLoading.CHECKPOINT, arguments);
  }

  /** As {@link #run(String...)}, with a model of the caller's own making on the executors. */
  public static int run(ModelLoading loading, String... arguments) {
    CommandLine commandLine = new CommandLine(new Main(loading));
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
