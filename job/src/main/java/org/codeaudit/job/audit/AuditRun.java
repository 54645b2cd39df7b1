package org.codeaudit.job.audit;

import static org.apache.spark.sql.functions.col;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.codeaudit.job.sink.Existing;
import org.codeaudit.job.sink.OutputErrors;
import org.codeaudit.job.sink.OutputFolder;
import org.codeaudit.job.sink.RunSummary;
import org.codeaudit.job.sink.Stop;
import org.codeaudit.udf.run.EarlierAnswers;
import org.codeaudit.udf.run.ProgressAccumulator;
import org.codeaudit.udf.run.RunBudget;
import org.codeaudit.udf.run.RunContext;
import org.codeaudit.udf.setting.IsolationSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run: the model step over its input, in waves; what is derived from it; and its row in the
 * table {@code runs}. Rows that earlier runs in the same folder have answered are not asked again.
 */
public final class AuditRun {
  private static final Logger LOG = LoggerFactory.getLogger(AuditRun.class);

  /** The time limit for counting what is left. */
  private static final Duration COUNTING = Duration.ofMinutes(1);

  private static final String RUNS = "runs";

  /** Executors also die for other reasons; two deaths are not enough to suspect a row. */
  private static final int ATTEMPTS_FOR_ISOLATION = 2;

  /**
   * What is asked of a run.
   *
   * @param runId its name
   * @param command the command, for the table {@code runs}
   * @param settings what it was told, as JSON, for the same
   * @param existing what to do about rows of earlier runs
   * @param wavePartitions input partitions in a wave; 0 to follow the number of task slots
   * @param isolate whether all rows run one at a time
   * @param retryPoison whether rows that ended an executor earlier are asked again
   * @param budget after which nothing new is started
   */
  public record Settings(
      String runId,
      String command,
      String settings,
      Existing existing,
      int wavePartitions,
      boolean isolate,
      boolean retryPoison,
      Budget budget) {}

  /**
   * What a run came to.
   *
   * @param rows the rows it added to the step's table, read back
   * @param reusedInputs inputs that earlier runs had answered
   * @param seconds wall time of the model step, reading the sources included
   * @param findings rows of the derived table that was to be counted
   * @param stop if the budget was used up before the input was
   */
  public record Result(
      RunSummary summary,
      Dataset<Row> rows,
      long reusedInputs,
      double seconds,
      OptionalLong findings,
      Optional<Stop> stop) {}

  /** Watches the model step while it runs. */
  @FunctionalInterface
  public interface Watcher {
    /**
     * Begins to watch; closed when the step is over.
     *
     * @param partitions partitions of input to be done
     */
    AutoCloseable watch(SparkContext context, OptionalLong partitions);
  }

  private final SparkSession spark;
  private final OutputFolder folder;
  private final Settings settings;
  private final ProgressAccumulator progress = new ProgressAccumulator();
  private final LongAccumulator inputs = new LongAccumulator();

  public AuditRun(SparkSession spark, OutputFolder folder, Settings settings) {
    this.spark = spark;
    this.folder = folder;
    this.settings = settings;
  }

  /**
   * Runs the step over all of its input and publishes what it makes.
   *
   * @param findings the derived table whose rows are counted for {@code runs}; null for none
   * @throws RunAborted if a wave failed; what others published is kept
   */
  public Result run(ModelStep step, Dataset<Row> input, Watcher watcher, String findings) {
    try {
      boolean kept = settings.existing() != Existing.OVERWRITE;
      return runStep(
          step.begun(kept ? Optional.of(folder) : Optional.empty()), input, watcher, findings);
    } catch (RuntimeException e) {
      throw RunAborted.by(e);
    }
  }

  private Result runStep(ModelStep step, Dataset<Row> input, Watcher watcher, String findings) {
    Instant startedAt = Instant.now();
    if (settings.retryPoison()) {
      folder.clearJournal();
    }
    spark.sparkContext().register(progress, ProgressAccumulator.NAME);
    spark.sparkContext().register(inputs);
    RunBudget budget = budget();
    RunContext context =
        new RunContext(
            progress, earlier(step).broadcast(spark.sparkContext()), isolation(), budget);
    Waves waves =
        new Waves(spark, folder, step, step.function(context), input, settings.wavePartitions());
    Ended ended = watched(waves, watcher, budget);
    Optional<Stop> stop = ended.stop();
    double seconds = ended.seconds();
    Dataset<Row> rows = own(folder.read(step.table(), step.schema()));
    RunSummary summary = RunSummary.of(rows);
    long reused = progress.value().reused();
    checkShared(summary);
    OptionalLong found =
        findings == null
            ? OptionalLong.empty()
            : OptionalLong.of(own(folder.read(findings, columns(step, findings))).count());
    OutputFolder.Wave last = folder.wave(RUNS);
    last.write(
        RUNS,
        summary.row(
            spark,
            settings.runId(),
            settings.command(),
            settings.settings(),
            startedAt,
            Instant.now(),
            seconds,
            reused,
            found,
            stop));
    step.atEnd(folder, new ModelStep.EndOfRun(settings.runId(), stop.isEmpty()))
        .forEach(last::write);
    writeMissing(step, last);
    last.publish();
    return new Result(
        summary, own(folder.read(step.table(), step.schema())), reused, seconds, found, stop);
  }

  /** If executors write to their own disks, there is nothing to publish. */
  private void checkShared(RunSummary summary) {
    long made = progress.value().rows();
    if (summary.rows() == 0 && made > 0) {
      throw OutputErrors.notShared(made, folder.readable());
    }
  }

  /** Rows of this run among those of the whole series. */
  public Dataset<Row> own(Dataset<Row> rows) {
    return rows.where(col("run_id").equalTo(settings.runId()));
  }

  /** Tables without rows are written too, so that readers need not check whether they exist. */
  private void writeMissing(ModelStep step, OutputFolder.Wave wave) {
    Dataset<Row> empty = spark.createDataFrame(List.of(), step.made());
    step.tables()
        .forEach(
            (table, derivation) -> {
              if (!folder.holds(table) && !wave.holds(table)) {
                wave.write(table, derivation.apply(empty));
              }
            });
  }

  private StructType columns(ModelStep step, String table) {
    return step.tables().get(table).apply(spark.createDataFrame(List.of(), step.made())).schema();
  }

  /** Null if there is no budget, so that tasks need not check it. */
  private RunBudget budget() {
    return settings.budget().unlimited()
        ? null
        : new RunBudget(
            settings.runId(),
            folder.stopMarker(),
            settings.budget().tokens().orElse(Long.MAX_VALUE),
            inputs);
  }

  /** How the model step ended; the seconds do not include counting what is left. */
  private record Ended(Optional<Stop> stop, double seconds) {}

  private Ended watched(Waves waves, Watcher watcher, RunBudget tasks) {
    long begin = System.nanoTime();
    try (AutoCloseable watching =
            watcher.watch(spark.sparkContext(), OptionalLong.of(waves.partitions()));
        BudgetWatch budget =
            new BudgetWatch(spark.sparkContext(), settings.budget(), tasks, folder)) {
      int begun = waves.run(() -> budget.reached().isPresent());
      double seconds = (System.nanoTime() - begin) / 1e9;
      budget.look();
      return new Ended(budget.reached().flatMap(reached -> stop(reached, waves, begun)), seconds);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("The watcher could not be closed", e);
    }
  }

  /** Empty if the input was used up too: tasks went through all of it and nothing is left. */
  private Optional<Stop> stop(Stop.Budget reached, Waves waves, int begun) {
    boolean counted = begun == waves.partitions() || waves.passOver(begun, COUNTING);
    long left = Math.max(0, inputs.value() - progress.value().inputs());
    return counted && left == 0
        ? Optional.empty()
        : Optional.of(new Stop(reached, counted ? OptionalLong.of(left) : OptionalLong.empty()));
  }

  private EarlierAnswers earlier(ModelStep step) {
    boolean askAgain = settings.existing() == Existing.APPEND;
    EarlierAnswers.Builder builder;
    if (settings.existing() == Existing.OVERWRITE || !folder.holds(step.table())) {
      builder = new EarlierAnswers.Builder();
      step.recall(Optional.empty(), askAgain, builder);
    } else {
      Dataset<Row> rows = folder.read(step.table(), step.schema());
      builder =
          askAgain
              ? Resume.askAgain(rows)
              : Resume.goOn(rows, step.inputKey(), settings.retryPoison());
      step.recall(Optional.of(folder), askAgain, builder);
    }
    EarlierAnswers earlier = builder.build();
    LOG.info("Earlier runs have answered {} inputs", earlier.size());
    return earlier;
  }

  /**
   * All attempts but the last two are as usual, the last but one runs rows one at a time, and the
   * last leaves out the row that was found. A local master makes only one attempt; there the user
   * has to ask for isolation.
   */
  private IsolationSettings isolation() {
    SparkConf conf = spark.sparkContext().getConf();
    if (conf.getBoolean("spark.speculation", false)) {
      // A speculative copy would mistake the marker of a running row for one that was left
      // behind.
      LOG.warn("With spark.speculation, rows that end their executor are not looked for");
      return null;
    }
    int attempts = conf.getInt("spark.task.maxFailures", 4);
    int from = settings.isolate() ? 0 : Math.max(1, attempts - ATTEMPTS_FOR_ISOLATION);
    return new IsolationSettings(folder.journalFolder(), from);
  }
}
