package org.codeaudit.job.command;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.checkpoint.config.GenerationDefaults;
import org.codeaudit.code.CheckCommands;
import org.codeaudit.job.answer.GenerationPages;
import org.codeaudit.job.audit.AuditRun;
import org.codeaudit.job.console.Report;
import org.codeaudit.job.option.AnswerOptions;
import org.codeaudit.job.option.BudgetOptions;
import org.codeaudit.job.option.CheckOptions;
import org.codeaudit.job.option.OutputOptions;
import org.codeaudit.job.option.PromptOptions;
import org.codeaudit.job.option.SamplingOptions;
import org.codeaudit.job.option.SparkOptions;
import org.codeaudit.job.sink.ExecutorSummary;
import org.codeaudit.job.sink.OutputFolder;
import org.codeaudit.job.source.prompt.PromptSource;
import org.codeaudit.token.PromptTrial.Conversation;
import org.codeaudit.udf.setting.AnswerSettings;
import org.codeaudit.udf.setting.GenerateSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code audit generate}: prompts to answers. */
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Answers prompts and writes the tables generations and runs. Sampling follows the"
            + " checkpoint's generation_config unless told otherwise.")
public final class GenerateCommand implements Callable<Integer> {
  private static final List<String> TABLES = List.of("generations", "runs");

  @Mixin PromptOptions prompts;
  @Mixin AnswerOptions answer;

  @Mixin SamplingOptions sampling;
  @Mixin CheckOptions check;

  @Option(
      names = "--markdown",
      paramLabel = "DIR",
      description =
          "Also write all prompts with their answers to MODEL__YYYYMMDD_HHMMSS.md in this folder, on"
              + " any file system Hadoop knows.")
  String markdown;

  @Mixin OutputOptions output;
  @Mixin BudgetOptions budget;
  @Mixin SparkOptions spark;

  @ParentCommand CommandContext context;
  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    String runId = OutputOptions.newRunId();
    Instant begun = Instant.now();
    GenerateSettings sampled = sampling.settings();
    PromptSource source = prompts.source();
    CheckCommands commands = check.commands();
    AnswerSettings settings =
        answer.settings(
            runId,
            context.loader(),
            EnumSet.allOf(Conversation.class),
            defaults -> refuseEqualSamples(sampled, defaults));
    RunFrame frame = new RunFrame(spec, runId, output, budget, spark);
    return frame.run(
        TABLES,
        (session, folder, run) -> {
          Dataset<Row> asked = source.prompts(session);
          GenerateStep step = new GenerateStep(settings, sampled, commands);
          AuditRun.Result result = run.run(step, Partitions.sized(asked), output::progress, null);
          int code = report(folder, result);
          if (markdown != null) {
            Dataset<Row> all = folder.read(step.table(), step.schema());
            String name = EvalModel.shortName(answer.model.model);
            GenerationPages pages = new GenerationPages(settings, sampled, commands);
            String page = pages.write(asked, all, name, begun, markdown);
            spec.commandLine().getOut().printf("Answers    %s%n", page);
          }
          return code;
        });
  }

  private int report(OutputFolder folder, AuditRun.Result result) {
    Report report = new Report(spec.commandLine().getOut());
    if (!output.quiet) {
      report.answers(result.rows());
      report.failures(result.rows());
    }
    report.executors(ExecutorSummary.of(result.rows()));
    report.summary(result);
    report.tables(folder.readable(), TABLES);
    return ExitCode.of(result);
  }

  private void refuseEqualSamples(GenerateSettings sampled, GenerationDefaults defaults) {
    if (prompts.samples > 1 && sampled.sampling(defaults, 0).temperature() == 0) {
      throw new AuditException(
          ErrorClass.OPTION,
          "Cannot give " + prompts.samples + " samples of each answer",
          "without a temperature the model always chooses the likeliest token, so that all would be"
              + " the same",
          "Add --temperature, e.g. 0.7, or leave --samples out");
    }
  }
}
