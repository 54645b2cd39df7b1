package org.codeaudit.job.option;

import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.job.audit.AuditRun;
import org.codeaudit.job.audit.Budget;
import org.codeaudit.job.console.ProgressLine;
import org.codeaudit.job.sink.Existing;
import org.codeaudit.job.sink.OutputFolder;
import picocli.CommandLine.Option;

/** Where the tables go. */
public final class OutputOptions {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss").withZone(ZoneOffset.UTC);

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Folder for the tables, on any file system Hadoop knows; default ${DEFAULT-VALUE}.")
  public String folder = "code-audit-out";

  @Option(
      names = "--existing",
      paramLabel = "WHAT",
      description =
          "What to do about tables that are there already: ${COMPLETION-CANDIDATES}; default resume,"
              + " which asks only what is new or had failed.")
  Existing existing = Existing.RESUME;

  @Option(
      names = "--format",
      paramLabel = "F",
      description =
          "Format of the tables: delta, or any format of files that Spark can write; default"
              + " ${DEFAULT-VALUE}.")
  public String format = "parquet";

  @Option(
      names = "--wave",
      paramLabel = "N",
      description =
          "Parts of the input that are published together; default two to eight for each task"
              + " slot, the more the larger the cluster.")
  int wavePartitions;

  @Option(
      names = "--isolate",
      description =
          "Run one row at a time, to find one that ends the process; a cluster does so by itself.")
  boolean isolate;

  @Option(
      names = "--retry-poison",
      description = "Ask rows again that ended the process that ran them.")
  boolean retryPoison;

  @Option(names = "--quiet", description = "No progress line and no table of findings.")
  public boolean quiet;

  /** A name for this run that sorts by time. */
  public static String newRunId() {
    return STAMP.format(Clock.systemUTC().instant())
        + "-"
        + UUID.randomUUID().toString().substring(0, 8);
  }

  /** A progress line on standard error, unless the user asked for quiet; the caller closes it. */
  public AutoCloseable progress(SparkContext context, OptionalLong partitions) {
    return ProgressLine.of(quiet, context, partitions);
  }

  /** The run that fills the folder. */
  public AuditRun run(
      SparkSession spark,
      OutputFolder folder,
      String runId,
      String command,
      String settings,
      Budget budget) {
    AnswerOptions.atLeast("--wave", wavePartitions, 0);
    return new AuditRun(
        spark,
        folder,
        new AuditRun.Settings(
            runId, command, settings, existing, wavePartitions, isolate, retryPoison, budget));
  }

  public OutputFolder open(SparkSession spark, String runId, List<String> tables) {
    return OutputFolder.open(spark, folder, runId, existing, format, tables);
  }
}
