package org.codeaudit.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.bench.measure.ChildJvm;
import org.codeaudit.bench.models.Judge;
import org.codeaudit.bench.models.ModelSetting;
import org.codeaudit.bench.models.ModelsReport;
import org.codeaudit.code.CheckCommands;
import org.codeaudit.disk.FolderTree;
import org.codeaudit.job.command.CommandContext;
import org.codeaudit.job.command.ExitCode;
import org.codeaudit.job.option.AnswerOptions;
import org.codeaudit.job.option.CheckOptions;
import org.codeaudit.job.option.DurationConverter;
import org.codeaudit.job.option.OutputOptions;
import org.codeaudit.job.option.SparkOptions;
import org.codeaudit.job.source.prompt.PromptFiles;
import org.codeaudit.job.source.prompt.PromptSource;
import org.codeaudit.token.PromptTrial.Conversation;
import org.codeaudit.udf.setting.AnswerSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code bench models}: models side by side. */
@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    modelTransformer = ModelsCommand.WithoutModel.class,
    description = {
      "Asks several models the same prompts, each in a fresh process, and prints how fast each"
          + " answered, the memory it took and whether the code in its answers parses. A model that"
          + " cannot be run is a line with the reason. Answers are greedy. See docs/benchmarks.md."
    })
final class ModelsCommand implements Callable<Integer> {
  @Option(
      names = "--models",
      paramLabel = "M",
      split = ",",
      required = true,
      description =
          "Each as --model of the other commands, or synthetic[:SHAPE]: made-up weights of a"
              + " published model's shape.")
  List<String> models;

  @Option(
      names = "--prompts",
      paramLabel = "PATH",
      description =
          "As --prompts of 'audit generate'; default ${DEFAULT-VALUE}, 30 tasks in six languages.")
  String prompts = "data/prompts/coding.jsonl";

  @Option(
      names = "--judge",
      paramLabel = "M",
      description =
          "Also have this model give each answer a score from 1 to 5, after all have been measured.")
  String judge;

  @Option(
      names = "--rubric",
      paramLabel = "FILE",
      description =
          "What --judge is asked: a text with {{answer}} and {{prompt}} that wants a last line"
              + " 'Score: N'; default ${DEFAULT-VALUE}.")
  Path rubric = Path.of("data/prompts/rubric.md");

  @Option(
      names = "--model-time",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description =
          "End the process of a model that has not answered everything after so long, e.g. 45m: its"
              + " line says so, and the others are measured; default no limit.")
  Duration limit = ChildJvm.FOREVER;

  @Option(
      names = "--price-per-hour",
      paramLabel = "PRICE",
      description = "What this machine costs, in any currency; default unknown.")
  Double price;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder for tables and answers; default ${DEFAULT-VALUE}.")
  Path folder = Path.of("code-audit-models");

  /** A person waits for one answer; a run of the job has a batch. */
  @Mixin AnswerOptions answer = AnswerOptions.ofOne(512);

  @Mixin CheckOptions check;
  @Mixin SparkOptions spark;

  @ParentCommand CommandContext context;
  @Spec CommandSpec spec;

  /** There are several models here. */
  static final class WithoutModel implements IModelTransformer {
    @Override
    public CommandSpec transform(CommandSpec command) {
      command.remove(command.findOption("--model"));
      return command;
    }
  }

  @Override
  public Integer call() throws IOException {
    if (price != null && !(price >= 0 && Double.isFinite(price))) {
      throw new AuditException(
          ErrorClass.OPTION,
          "Cannot count with --price-per-hour " + price,
          "it must be a number from 0",
          "Correct the option");
    }
    answer.model.check();
    CheckCommands commands = check.commands();
    Optional<String> criteria = judge == null ? Optional.empty() : Optional.of(rubric());
    Path scratch = Files.createTempDirectory("audit-bench-");
    SparkSession session = spark.session("bench");
    try {
      List<Row> asked = asked(session);
      ModelsReport report = new ModelsReport(session, folder, scratch, asked);
      return measure(report, asked, commands, criteria);
    } finally {
      session.stop();
      FolderTree.delete(scratch);
    }
  }

  private int measure(
      ModelsReport report, List<Row> asked, CheckCommands commands, Optional<String> criteria) {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter messages = spec.commandLine().getErr();
    List<String> lines = List.of();
    for (String model : models) {
      messages.println("Measuring " + model + " ...");
      messages.flush();
      lines = report.measure(setting(model, asked, commands));
    }
    if (criteria.isPresent()) {
      messages.println("Judging with " + judge + " ...");
      messages.flush();
      ModelSetting judging = setting(judge, List.of(), CheckCommands.NONE);
      lines = report.judge(new Judge(judging, criteria.get()));
    }
    out.println(report.machine());
    out.println();
    lines.forEach(out::println);
    out.printf("%nTables     %s/{models,generations}, models.csv, models.md, answers/%n", folder);
    out.flush();
    return report.complete() ? ExitCode.OK : ExitCode.ROWS_FAILED;
  }

  private String rubric() {
    try {
      return Judge.usable(Files.readString(rubric));
    } catch (IOException e) {
      throw new AuditException(
          ErrorClass.PROMPT_UNREADABLE,
          "The rubric " + rubric + " cannot be read",
          e.toString(),
          "Name a readable file in UTF-8",
          e);
    }
  }

  /** A model that cannot be read is one too: the others are measured all the same. */
  private ModelSetting setting(String model, List<Row> asked, CheckCommands commands) {
    String runId = OutputOptions.newRunId();
    AnswerSettings settings = null;
    String error = null;
    try {
      answer.model.model = SyntheticModel.path(model, spec.commandLine().getErr());
      boolean instructed = asked.stream().anyMatch(row -> row.getAs("system") != null);
      Set<Conversation> kinds =
          instructed ? EnumSet.allOf(Conversation.class) : Set.of(Conversation.PLAIN);
      settings = answer.settings(runId, context.loader(), kinds);
    } catch (AuditException e) {
      error = e.getMessage();
    } catch (RuntimeException e) {
      error = e.toString();
    }
    return new ModelSetting(
        model,
        runId,
        Instant.now(),
        answer.model.batch,
        price == null ? OptionalDouble.empty() : OptionalDouble.of(price),
        commands,
        limit,
        settings,
        error);
  }

  /** The prompts; a file with a wrong line is refused, as all models would fail with it. */
  private List<Row> asked(SparkSession session) {
    PromptSource source =
        new PromptSource(new PromptFiles(prompts), Optional.empty(), Optional.empty(), 1);
    List<Row> asked = source.prompts(session).collectAsList();
    for (int i = 0; i < asked.size(); i++) {
      boolean corrupt = asked.get(i).getAs("corrupt") != null;
      String text = asked.get(i).getAs("prompt");
      if (corrupt || text == null || text.isEmpty()) {
        throw unusable(
            "prompt " + (i + 1) + (corrupt ? " is not a JSON object" : " has no \"prompt\""));
      }
    }
    if (asked.isEmpty()) {
      throw unusable("there is none");
    }
    return asked;
  }

  private AuditException unusable(String why) {
    return new AuditException(
        ErrorClass.PROMPTS_UNREADABLE,
        "The prompts in " + prompts + " cannot be asked",
        why,
        "Write one JSON object a line with \"id\" and \"prompt\", or a text in a .md or .txt file");
  }
}
