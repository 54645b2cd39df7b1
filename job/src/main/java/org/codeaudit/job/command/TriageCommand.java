package org.codeaudit.job.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.job.audit.AuditRun;
import org.codeaudit.job.audit.RunAborted;
import org.codeaudit.job.console.Report;
import org.codeaudit.job.option.AnswerOptions;
import org.codeaudit.job.option.BudgetOptions;
import org.codeaudit.job.option.OutputOptions;
import org.codeaudit.job.option.ReviewOptions;
import org.codeaudit.job.option.SparkOptions;
import org.codeaudit.job.sarif.SarifFile;
import org.codeaudit.job.sarif.SarifLog;
import org.codeaudit.job.sink.ExecutorSummary;
import org.codeaudit.job.sink.OutputFolder;
import org.codeaudit.job.triage.LogFiles;
import org.codeaudit.job.triage.SourceFiles;
import org.codeaudit.job.triage.ToolChecks;
import org.codeaudit.job.triage.TriageInput;
import org.codeaudit.job.triage.TriagedLog;
import org.codeaudit.job.triage.Verdict;
import org.codeaudit.job.triage.VerdictTable;
import org.codeaudit.job.triage.Verdicts;
import org.codeaudit.udf.ReviewFunction;
import org.codeaudit.udf.setting.ReviewSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code audit triage}: findings of other tools to verdicts. */
@Command(
    name = "triage",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Judges what other tools report, in logs of SARIF 2.1.0: takes a second look at every line"
          + " they name, says whether each finding is true or false and why, and writes the logs"
          + " again with the verdicts. Findings of less than --min-confidence are proposed to be"
          + " suppressed; none is taken away. See docs/triage.md."
    })
public final class TriageCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "SOURCE",
      description = "The folder that the tools analysed, as it was then.")
  Path source;

  @Option(
      names = "--sarif",
      paramLabel = "FILE",
      required = true,
      description = "A log of SARIF 2.1.0; may come more than once.")
  List<Path> logs = List.of();

  @Option(
      names = "--sarif-out",
      paramLabel = "FILE",
      description =
          "Where the log goes with the verdicts; default triage.sarif in --out. Of several logs the"
              + " folder, in which NAME.sarif becomes triage-NAME.sarif; default --out.")
  String target;

  @Mixin AnswerOptions answer;
  @Mixin ReviewOptions review;
  @Mixin OutputOptions output;
  @Mixin BudgetOptions budget;
  @Mixin SparkOptions spark;

  @ParentCommand CommandContext context;
  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    check();
    List<String> targets = LogFiles.of(logs, output.folder, target);
    List<SarifLog> read = logs.stream().map(SarifLog::read).toList();
    SourceFiles files = new SourceFiles(source);
    String runId = OutputOptions.newRunId();
    ReviewSettings reviewing = review.settings(answer, runId, context.loader());
    TriageInput input = TriageInput.of(read, files, new ToolChecks(reviewing.checks().checks()));
    ReviewSettings settings = reviewing.withClaims(input.claims());
    RunFrame frame = new RunFrame(spec, runId, output, budget, spark);
    return frame.run(
        ReviewStep.TABLES,
        (session, folder, run) -> {
          Dataset<Row> changes = input.changes(session);
          ReviewStep step = new ReviewStep(settings);
          AuditRun.Result result = run.run(step, changes, output::progress, ReviewStep.FINDINGS);
          List<Verdict> verdicts =
              Verdicts.of(
                      folder.read(step.table(), step.schema()),
                      inputKeys(changes, settings),
                      review.minConfidence())
                  .on(input.findings());
          write(read, input, verdicts, targets, session);
          report(new VerdictTable(input.findings(), verdicts), folder, result, targets);
          return ExitCode.of(result);
        });
  }

  private void check() {
    if (review.kind != ReviewOptions.Kind.CHECKS) {
      throw wrong("--review open", "findings are judged by checks");
    }
    if (!review.only.isEmpty()) {
      throw wrong("--only-checks", "every finding is judged, by the check that fits it");
    }
  }

  private static AuditException wrong(String option, String why) {
    return new AuditException(
        ErrorClass.OPTION, "Cannot triage with " + option, why, "Correct the option");
  }

  /**
   * The keys of the files as they are now and of what is asked about them; earlier runs may have
   * had others.
   */
  private static Set<String> inputKeys(Dataset<Row> changes, ReviewSettings settings) {
    Set<String> keys = new HashSet<>();
    for (Row change : changes.drop("content", "diff").collectAsList()) {
      keys.add(ReviewFunction.inputKey(change, settings));
    }
    return keys;
  }

  private static void write(
      List<SarifLog> logs,
      TriageInput input,
      List<Verdict> verdicts,
      List<String> targets,
      SparkSession session) {
    List<TriagedLog> triaged = new ArrayList<>();
    logs.forEach(log -> triaged.add(new TriagedLog(log)));
    for (int i = 0; i < verdicts.size(); i++) {
      triaged
          .get(input.findings().get(i).log())
          .add(input.findings().get(i).entry(), verdicts.get(i));
    }
    try {
      for (int i = 0; i < triaged.size(); i++) {
        SarifFile.write(
            triaged.get(i).bytes(), targets.get(i), session.sparkContext().hadoopConfiguration());
      }
    } catch (AuditException e) {
      // The tables are written: this is no refusal to begin.
      throw RunAborted.by(e);
    }
  }

  private void report(
      VerdictTable table, OutputFolder folder, AuditRun.Result result, List<String> targets) {
    PrintWriter out = spec.commandLine().getOut();
    Report report = new Report(out);
    if (!output.quiet) {
      out.println("Verdicts");
      table.lines().forEach(line -> out.println(Report.printable(line)));
      out.println();
      report.failures(result.rows());
    }
    report.executors(ExecutorSummary.of(result.rows()));
    report.summary(result);
    out.println("Triage     " + table.summary());
    targets.forEach(path -> out.println("Log        " + Report.printable(path)));
    report.tables(folder.readable(), ReviewStep.TABLES);
  }
}
