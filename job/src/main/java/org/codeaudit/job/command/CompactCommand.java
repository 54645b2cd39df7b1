package org.codeaudit.job.command;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.io.PrintWriter;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.AuditException;
import org.codeaudit.job.audit.RunAborted;
import org.codeaudit.job.option.AnswerOptions;
import org.codeaudit.job.option.OutputOptions;
import org.codeaudit.job.option.SparkOptions;
import org.codeaudit.job.series.CoverageTable;
import org.codeaudit.job.series.States;
import org.codeaudit.job.sink.Attempts;
import org.codeaudit.job.sink.Existing;
import org.codeaudit.job.sink.OutputErrors;
import org.codeaudit.job.sink.OutputFolder;
import org.codeaudit.job.sink.RunSchema;
import org.codeaudit.udf.row.GenerationSchema;
import org.codeaudit.udf.row.ReviewSchema;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code audit compact}: rewrites the tables of many runs into few files. */
@Command(
    name = "compact",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Rewrites the tables of a folder into few files, each row with its latest attempt alone. With"
          + " --expire, rows that are older are dropped; a later run asks them again if they are"
          + " still in its input."
    })
public final class CompactCommand implements Callable<Integer> {
  private static final long FILE_BYTES = 128L << 20;

  @Parameters(paramLabel = "DIR", description = "The output folder of earlier runs.")
  String folder;

  @Option(
      names = "--expire",
      paramLabel = "DAYS",
      description = "Drop what was asked more than so many days ago; default keep everything.")
  Integer days;

  @Option(
      names = "--format",
      paramLabel = "F",
      description = "Format of the tables; default ${DEFAULT-VALUE}.")
  String format = "parquet";

  /** The same for all tables, so that a row and its findings are dropped together. */
  private final Instant now = Instant.now();

  @Mixin SparkOptions spark;
  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    if (days != null) {
      AnswerOptions.atLeast("--expire", days, 0);
    }
    Map<String, StructType> schemas = new LinkedHashMap<>();
    schemas.put(ReviewStep.REVIEWS, ReviewSchema.REVIEWS);
    schemas.put(ReviewStep.FINDINGS, ReviewStep.findingsSchema());
    schemas.put(CoverageTable.TABLE, CoverageTable.SCHEMA);
    schemas.put(States.TABLE, States.SCHEMA);
    schemas.put("generations", GenerationSchema.GENERATIONS);
    schemas.put("runs", RunSchema.RUNS);
    return spark.inSession("compact", session -> compact(session, schemas));
  }

  private int compact(SparkSession session, Map<String, StructType> schemas) {
    List<String> names = List.copyOf(schemas.keySet());
    String runId = OutputOptions.newRunId();
    try (OutputFolder tables =
        OutputFolder.open(session, folder, runId, Existing.OVERWRITE, format, names)) {
      schemas.keySet().removeIf(table -> !tables.holdsFiles(table));
      if (schemas.isEmpty()) {
        throw OutputErrors.noTables("compact", folder, "it holds no table of a run", "run");
      }
      compact(tables, schemas);
      return ExitCode.OK;
    }
  }

  private void compact(OutputFolder tables, Map<String, StructType> schemas) {
    OutputFolder.Wave wave = tables.wave("compact");
    Map<String, Long> before = new LinkedHashMap<>();
    schemas.forEach(
        (table, schema) -> {
          Dataset<Row> rows = tables.read(table, schema);
          before.put(table, rows.count());
          long files = tables.bytes(table) / FILE_BYTES + 1;
          wave.write(table, kept(table, rows, tables, schemas).coalesce((int) files));
        });
    publish(wave);
    tables.forgetManifests();
    PrintWriter out = spec.commandLine().getOut();
    schemas.forEach(
        (table, schema) ->
            out.printf(
                "%-12s %d rows of %d are kept, in %d files%n",
                table,
                tables.read(table, schema).count(),
                before.get(table),
                tables.fileCount(table)));
    out.flush();
  }

  private static void publish(OutputFolder.Wave wave) {
    try {
      wave.publish();
    } catch (AuditException e) {
      // A part of it may be published: this is no refusal to begin.
      throw RunAborted.by(e);
    }
  }

  private Dataset<Row> kept(
      String table, Dataset<Row> rows, OutputFolder tables, Map<String, StructType> schemas) {
    return switch (table) {
      case "runs" -> rows.where(recent("started_at"));
      // What is known last is what the next run compares with, however old it is.
      case CoverageTable.TABLE ->
          days == null
              ? rows
              : rows.where(recent("seen_at")).union(CoverageTable.latest(rows)).distinct();
      case States.TABLE ->
          days == null
              ? rows
              : rows.where(recent("stated_at")).union(States.latest(rows)).distinct();
      case ReviewStep.FINDINGS ->
          schemas.containsKey(ReviewStep.REVIEWS)
              ? Attempts.of(rows, recent(tables.read(ReviewStep.REVIEWS, ReviewSchema.REVIEWS)))
              : rows;
      default -> recent(rows);
    };
  }

  private Dataset<Row> recent(Dataset<Row> rows) {
    return Attempts.latest(rows).where(recent("started_at"));
  }

  private Column recent(String time) {
    return days == null
        ? lit(true)
        : col(time).geq(lit(Timestamp.from(now.minus(Duration.ofDays(days)))));
  }
}
