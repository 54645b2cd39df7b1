package org.codeaudit.bench.throughput;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.bench.throughput.ThroughputReport.Outcome;
import org.codeaudit.code.CheckCommands;
import org.codeaudit.generate.request.Timing;
import org.codeaudit.job.audit.AuditRun;
import org.codeaudit.job.audit.Budget;
import org.codeaudit.job.audit.ModelStep;
import org.codeaudit.job.command.GenerateStep;
import org.codeaudit.job.command.Partitions;
import org.codeaudit.job.command.ReviewStep;
import org.codeaudit.job.sink.Existing;
import org.codeaudit.job.sink.OutputFolder;
import org.codeaudit.udf.row.GenerationSchema;
import org.codeaudit.udf.setting.GenerateSettings;
import org.codeaudit.udf.setting.ReviewSettings;

/** The commands {@code review} and {@code generate} as benchmarks run them: source to tables. */
public final class BenchPipeline {
  private static final GenerateSettings GREEDY =
      new GenerateSettings(0.0, null, null, null, 0, List.of());

  private final SparkSession spark;
  private final ReviewSettings settings;
  private final Path changes;
  private Path prompts;

  /**
   * @param changes a folder of patches
   */
  public BenchPipeline(SparkSession spark, ReviewSettings settings, Path changes) {
    this.spark = spark;
    this.settings = settings;
    this.changes = changes;
  }

  /** Has prompts answered too, after the reviews. */
  public void prompts(Path file) {
    prompts = file;
  }

  /** Runs all of it into an empty folder. */
  public Outcome run() {
    Path output = changes.resolveSibling("out-" + System.nanoTime());
    long began = System.nanoTime();
    List<Dataset<Row>> rows = new ArrayList<>();
    rows.add(
        run(
            output.resolve("reviews"),
            new ReviewStep(settings),
            spark.read().format("diff").load(changes.toString()),
            ReviewStep.FINDINGS));
    if (prompts != null && hasPrompts()) {
      Dataset<Row> asked = spark.read().schema(GenerationSchema.PROMPTS).json(prompts.toString());
      rows.add(
          run(
              output.resolve("generations"),
              new GenerateStep(settings.answer(), GREEDY, CheckCommands.NONE),
              Partitions.sized(asked),
              null));
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    return new Outcome(seconds, rows.stream().flatMap(some -> timings(some).stream()).toList());
  }

  private boolean hasPrompts() {
    try {
      return Files.size(prompts) > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Dataset<Row> run(Path output, ModelStep step, Dataset<Row> input, String findings) {
    String runId = settings.answer().runId();
    List<String> tables =
        findings == null ? List.of(step.table(), "runs") : List.of(step.table(), findings, "runs");
    try (OutputFolder folder =
        OutputFolder.open(spark, output.toString(), runId, Existing.FAIL, "parquet", tables)) {
      AuditRun.Settings run =
          new AuditRun.Settings(
              runId, "bench", "{}", Existing.FAIL, 0, false, false, Budget.UNLIMITED);
      return new AuditRun(spark, folder, run)
          .run(step, input, (context, partitions) -> () -> {}, findings)
          .rows();
    }
  }

  private static List<Timing> timings(Dataset<Row> rows) {
    List<Row> failed = rows.where("status = 'failed'").limit(1).collectAsList();
    if (!failed.isEmpty()) {
      throw new AuditException(
          ErrorClass.BENCH,
          "A row of the workload failed",
          failed.get(0).getAs("error_message"),
          "Choose a model and options with which every row can be answered");
    }
    return rows.where("status in ('ok', 'truncated')").collectAsList().stream()
        .map(BenchPipeline::timing)
        .toList();
  }

  private static Timing timing(Row row) {
    return new Timing(
        row.getAs("queued_ns"),
        row.getAs("prefill_ns"),
        row.getAs("decode_ns"),
        row.getAs("first_token_ns"),
        row.getAs("total_ns"),
        row.getAs("prompt_tokens"),
        row.getAs("cached_tokens"),
        row.getAs("forced_tokens"),
        row.getAs("draft_tokens_accepted"),
        row.getAs("generated_tokens"),
        row.<Number>getAs("mean_batch_size").doubleValue());
  }
}
