package org.codeaudit.job.command;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.job.audit.AuditRun;
import org.codeaudit.job.console.Report;
import org.codeaudit.job.option.AnswerOptions;
import org.codeaudit.job.option.BudgetOptions;
import org.codeaudit.job.option.OutputOptions;
import org.codeaudit.job.option.SparkOptions;
import org.codeaudit.job.sink.ExecutorSummary;
import org.codeaudit.job.sink.OutputFolder;
import org.codeaudit.job.source.row.LiteralPaths;
import org.codeaudit.token.PromptTrial.Conversation;
import org.codeaudit.udf.row.GenerationSchema;
import org.codeaudit.udf.setting.AnswerSettings;
import org.codeaudit.udf.setting.GenerateSettings;
import picocli.CommandLine.ArgGroup;
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

  /** Where prompts come from: one of these. */
  static final class Source {
    @Option(
        names = "--prompts",
        paramLabel = "FILE",
        description =
            "JSON lines with \"id\", \"prompt\" and, if wanted, \"system\"; no system message"
                + " unless given.")
    String file;

    @Option(names = "--prompt", paramLabel = "TEXT", description = "One prompt.")
    String text;

    @Option(
        names = "--table",
        paramLabel = "PATH",
        description = "A table Spark can read; see --table-format and --prompt-column.")
    String table;
  }

  @ArgGroup(exclusive = true, multiplicity = "1")
  Source source;

  @Option(
      names = "--table-format",
      paramLabel = "F",
      description = "Format of --table; default ${DEFAULT-VALUE}.")
  String tableFormat = "parquet";

  @Option(
      names = "--prompt-column",
      paramLabel = "C",
      description = "Column of --table that holds the prompt; default ${DEFAULT-VALUE}.")
  String promptColumn = "prompt";

  @Option(
      names = "--id-column",
      paramLabel = "C",
      description = "Column of --table that is kept as id; default ${DEFAULT-VALUE}.")
  String idColumn = "id";

  @Option(
      names = "--system-column",
      paramLabel = "C",
      description = "Column of --table that holds a system message; default none.")
  String systemColumn;

  @Mixin AnswerOptions answer;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "0 for the most likely token; default the checkpoint's.")
  Double temperature;

  @Option(names = "--top-k", paramLabel = "K", description = "Default the checkpoint's.")
  Integer topK;

  @Option(names = "--top-p", paramLabel = "P", description = "Default the checkpoint's.")
  Double topP;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "R",
      description = "Default the checkpoint's.")
  Double repetitionPenalty;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "Seed of the run; a row's own follows from it and the row, so batches do not matter;"
              + " default ${DEFAULT-VALUE}.")
  long seed = 0;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "Text that ends an answer; may be repeated.")
  List<String> stopStrings = List.of();

  @Mixin OutputOptions output;
  @Mixin BudgetOptions budget;
  @Mixin SparkOptions spark;

  @ParentCommand CommandContext context;
  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    String runId = OutputOptions.newRunId();
    GenerateSettings sampling =
        new GenerateSettings(temperature, topK, topP, repetitionPenalty, seed, stopStrings);
    checkSampling(sampling);
    AnswerSettings settings =
        answer.settings(runId, context.loader(), EnumSet.allOf(Conversation.class));
    RunFrame frame = new RunFrame(spec, runId, output, budget, spark);
    return frame.run(
        TABLES,
        (session, folder, run) -> {
          Dataset<Row> prompts = Partitions.sized(readable(session));
          GenerateStep step = new GenerateStep(settings, sampling);
          return report(folder, run.run(step, prompts, output::progress, null));
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

  private static void checkSampling(GenerateSettings sampling) {
    try {
      sampling.check();
    } catch (IllegalArgumentException e) {
      throw new AuditException(
          ErrorClass.OPTION,
          "Cannot generate text with these options",
          e.getMessage(),
          "Correct the option",
          e);
    }
  }

  private Dataset<Row> readable(SparkSession session) {
    try {
      return prompts(session);
    } catch (AuditException e) {
      throw e;
    } catch (Exception e) { // Spark's AnalysisException is a checked exception that is not declared
      throw new AuditException(
          ErrorClass.PROMPTS_UNREADABLE,
          "Cannot read the prompts in " + (source.file == null ? source.table : source.file),
          String.valueOf(e.getMessage()),
          "Check the path, and --table-format for a table",
          e);
    }
  }

  /** The prompts with the schema {@link GenerationSchema#PROMPTS}. */
  private Dataset<Row> prompts(SparkSession session) {
    if (source.text != null) {
      Row row = RowFactory.create("1", source.text, null, null);
      return session.createDataFrame(List.of(row), GenerationSchema.PROMPTS);
    }
    if (source.file != null) {
      // A line that is no JSON object comes back as a failed row, with the line in "corrupt".
      String file = LiteralPaths.place(source.file);
      return LiteralPaths.read(session, file)
          .schema(GenerationSchema.PROMPTS)
          .option("mode", "PERMISSIVE")
          .option("columnNameOfCorruptRecord", "corrupt")
          .json(file);
    }
    String place = LiteralPaths.place(source.table);
    Dataset<Row> table = LiteralPaths.read(session, place).format(tableFormat).load(place);
    return table.select(
        column(table, idColumn).as("id"),
        column(table, promptColumn).as("prompt"),
        (systemColumn == null ? lit(null).cast(DataTypes.StringType) : column(table, systemColumn))
            .as("system"),
        lit(null).cast(DataTypes.StringType).as("corrupt"));
  }

  private Column column(Dataset<Row> table, String name) {
    List<String> names = List.of(table.columns());
    if (!names.contains(name)) {
      throw new AuditException(
          ErrorClass.TABLE_COLUMNS,
          "The table " + source.table + " has no column " + name,
          "its columns are " + String.join(", ", names),
          "Name one of them with --prompt-column, --id-column or --system-column");
    }
    return col("`" + name.replace("`", "``") + "`").cast(DataTypes.StringType);
  }
}
