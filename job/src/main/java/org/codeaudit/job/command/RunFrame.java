package org.codeaudit.job.command;

import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.job.audit.AuditRun;
import org.codeaudit.job.option.BudgetOptions;
import org.codeaudit.job.option.OutputOptions;
import org.codeaudit.job.option.RunSettings;
import org.codeaudit.job.option.SparkOptions;
import org.codeaudit.job.sink.OutputFolder;
import picocli.CommandLine.Model.CommandSpec;

/** The frame of a command that fills a folder of tables: a session, the folder and one run. */
record RunFrame(
    CommandSpec command,
    String runId,
    OutputOptions output,
    BudgetOptions budget,
    SparkOptions spark) {

  /** What a command does within the frame; returns the exit code. */
  interface Work {
    int in(SparkSession session, OutputFolder folder, AuditRun run);
  }

  /**
   * Does the work, then closes the folder and stops the session.
   *
   * @param tables the tables that the run writes
   */
  int run(List<String> tables, Work work) {
    return spark.inSession(
        command.name(),
        session -> {
          try (OutputFolder folder = output.open(session, runId, tables)) {
            String settings = RunSettings.json(command);
            return work.in(
                session,
                folder,
                output.run(session, folder, runId, command.name(), settings, budget.budget()));
          }
        });
  }
}
