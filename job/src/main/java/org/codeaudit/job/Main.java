package org.codeaudit.job;

import org.codeaudit.generate.ModelLoader;
import org.codeaudit.job.chat.ChatCommand;
import org.codeaudit.job.command.CalibrateCommand;
import org.codeaudit.job.command.CommandContext;
import org.codeaudit.job.command.CommandProgram;
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
import org.codeaudit.udf.setting.CheckpointLoader;
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
      ChatCommand.class,
      ModelCommand.class,
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
      "4:The budget of time or tokens was used up; the same command goes on with what is left.",
      "5:Something was found that --fail-on does not let pass."
    })
public final class Main implements CommandContext {
  private final ModelLoader loader;

  private Main(ModelLoader loader) {
    this.loader = loader;
  }

  @Override
  public ModelLoader loader() {
    return loader;
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
    return run(new CheckpointLoader(), arguments);
  }

  /** As {@link #run(String...)}, with a model of the caller's own making on the executors. */
  public static int run(ModelLoader loader, String... arguments) {
    return CommandProgram.run(new Main(loader), arguments);
  }
}
