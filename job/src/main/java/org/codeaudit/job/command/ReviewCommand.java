package org.codeaudit.job.command;

import java.io.PrintWriter;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.job.audit.AuditRun;
import org.codeaudit.job.console.Report;
import org.codeaudit.job.option.AnswerOptions;
import org.codeaudit.job.option.BudgetOptions;
import org.codeaudit.job.option.GateOptions;
import org.codeaudit.job.option.OutputOptions;
import org.codeaudit.job.option.ReviewOptions;
import org.codeaudit.job.option.RulesOptions;
import org.codeaudit.job.option.SourceOptions;
import org.codeaudit.job.option.SparkOptions;
import org.codeaudit.job.report.LatestFindings;
import org.codeaudit.job.report.request.RunInputs;
import org.codeaudit.job.series.CoverageTable;
import org.codeaudit.job.series.Series;
import org.codeaudit.job.series.States;
import org.codeaudit.job.sink.ExecutorSummary;
import org.codeaudit.job.sink.OutputErrors;
import org.codeaudit.job.sink.OutputFolder;
import org.codeaudit.job.sink.OutputTables;
import org.codeaudit.job.source.ExcludedFiles;
import org.codeaudit.udf.row.Decisions;
import org.codeaudit.udf.row.ReviewSchema;
import org.codeaudit.udf.setting.ReviewSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code audit review}: changes or files to findings. */
@Command(
    name = "review",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Reviews what commits or patches changed, or whole files, and writes the tables reviews,"
          + " findings, coverage, states and runs."
    })
public final class ReviewCommand implements Callable<Integer> {

  @Mixin SourceOptions source;
  @Mixin AnswerOptions answer;
  @Mixin ReviewOptions review;
  @Mixin RulesOptions rules;
  @Mixin OutputOptions output;
  @Mixin BudgetOptions budget;
  @Mixin GateOptions gate;
  @Mixin SparkOptions spark;

  @Option(
      names = "--baseline",
      paramLabel = "DIR",
      description =
          "Compare with the findings in this folder, in place of those of earlier runs in --out:"
              + " with those of the main branch, say, for which finding is new.")
  String baseline;

  @ParentCommand CommandContext context;
  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    source.check();
    String runId = OutputOptions.newRunId();
    ReviewSettings settings =
        review.settings(answer, runId, context.loader()).withRules(rules.rules());
    RunFrame frame = new RunFrame(spec, runId, output, budget, spark);
    return frame.run(
        ReviewStep.SERIES_TABLES,
        (session, folder, run) -> {
          Dataset<Row> changes = ExcludedFiles.skip(source.changes(session), settings.rules());
          ReviewStep step = new ReviewStep(settings, Optional.of(series(session, folder)));
          int code =
              report(run, folder, run.run(step, changes, output::progress, ReviewStep.FINDINGS));
          return gate.gate().isPresent() && isShut(folder, runId) ? ExitCode.GATE_SHUT : code;
        });
  }

  /** The baseline is kept as it is now: others may rewrite its folder until the run compares. */
  private Series series(SparkSession session, OutputFolder folder) {
    if (baseline == null) {
      return Series.OWN;
    }
    OutputTables earlier =
        OutputTables.open(session, baseline, output.format, List.of(States.TABLE))
            .requireFinished();
    if (!earlier.holdsFiles(States.TABLE)) {
      throw OutputErrors.noTables("compare with", baseline, "It holds no table states", "review");
    }
    OutputFolder.Wave kept = folder.wave("baseline"); // never published, and gone with the run
    kept.make(States.latest(earlier.read(States.TABLE, States.SCHEMA)));
    return new Series(Optional.of(kept.made(States.SCHEMA)));
  }

  private int report(AuditRun run, OutputFolder folder, AuditRun.Result result) {
    Report report = new Report(spec.commandLine().getOut());
    Dataset<Row> states = run.own(folder.read(States.TABLE, States.SCHEMA));
    if (!output.quiet) {
      report.findings(States.standing(states), review.minConfidence());
      report.failures(result.rows());
      report.framed(result.rows());
    }
    report.coverage(run.own(folder.read(CoverageTable.TABLE, CoverageTable.SCHEMA)));
    report.executors(ExecutorSummary.of(result.rows()));
    report.summary(result);
    report.states(states);
    report.tables(folder.readable(), ReviewStep.SERIES_TABLES);
    return ExitCode.of(result);
  }

  /** Whether the gate is shut by what was found in what the run saw, now or by an earlier one. */
  private boolean isShut(OutputFolder folder, String runId) {
    Dataset<Row> coverage = folder.read(CoverageTable.TABLE, CoverageTable.SCHEMA);
    Dataset<Row> reviews = folder.read(ReviewStep.REVIEWS, ReviewSchema.REVIEWS);
    List<Row> found =
        LatestFindings.of(
                RunInputs.standing(reviews, coverage, runId),
                folder.read(ReviewStep.FINDINGS, ReviewStep.findingsSchema()),
                review.minConfidence())
            .collectAsList();
    List<Row> decided = new Decisions(rules.rules(), LocalDate.now(ZoneOffset.UTC)).of(found);
    List<Row> shutting =
        gate.shutBy(
            decided.stream().filter(Decisions::isOpen).toList(),
            folder.read(States.TABLE, States.SCHEMA),
            coverage);
    PrintWriter out = spec.commandLine().getOut();
    out.println("Gate       " + gate.gate().get().sentence(shutting));
    out.flush();
    return !shutting.isEmpty();
  }
}
