package org.codeaudit.job.audit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkJobInfo;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.SparkStatusTracker;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.job.sink.OutputFolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

/**
 * Runs a model step over the partitions of its input, some at a time. Each wave is a job that
 * stages its rows, and is published when it and everything derived from it are complete. Two waves
 * are in flight, so that slots that one no longer fills are filled by the next and no model waits;
 * a third thread derives and publishes finished waves.
 */
final class Waves {
  private static final Logger LOG = LoggerFactory.getLogger(Waves.class);

  /** Scheduler pools, so that publishing need not wait until there are no rows left to ask. */
  private static final String POOL = "spark.scheduler.pool";

  /** The most jobs of one wave: each may find rows that kill their executors. */
  private static final int MOST_JOBS = 4;

  private static final int MOST_LOOKS = 300;
  private static final long LOOK_MILLIS = 200;

  private final SparkSession spark;
  private final OutputFolder folder;
  private final ModelStep step;
  private final MapPartitionsFunction<Row, Row> function;
  private final RDD<Row> input;
  private final StructType inputSchema;
  private final WaveSchedule schedule;

  /**
   * @param wavePartitions input partitions in a wave; 0 to follow the number of task slots
   */
  Waves(
      SparkSession spark,
      OutputFolder folder,
      ModelStep step,
      MapPartitionsFunction<Row, Row> function,
      Dataset<Row> input,
      int wavePartitions) {
    this.spark = spark;
    this.folder = folder;
    this.step = step;
    this.function = function;
    this.input = input.rdd();
    this.inputSchema = input.schema();
    this.schedule = WaveSchedule.of(wavePartitions);
  }

  /** Input partitions over all waves. */
  int partitions() {
    return input.getNumPartitions();
  }

  /** Partitions from one up to but not including another. */
  private record Span(int from, int until) {
    String name() {
      return String.format("%06d-%06d", from, until);
    }

    BitSet partitions() {
      BitSet partitions = new BitSet(until);
      partitions.set(from, until);
      return partitions;
    }
  }

  /**
   * Runs all waves. If one fails, the run ends when those in flight are through; what they publish
   * is kept.
   *
   * @param stopped whether no further wave is to be begun
   * @return how many partitions were begun
   * @throws RuntimeException the first wave's failure, as Spark threw it
   */
  int run(BooleanSupplier stopped) {
    int next = 0;
    ExecutorService model = Executors.newFixedThreadPool(schedule.inFlight(), named("wave"));
    ExecutorService publisher = Executors.newSingleThreadExecutor(named("publisher"));
    Deque<CompletableFuture<Void>> publishing = new ArrayDeque<>();
    RuntimeException failure = null;
    try {
      Deque<CompletableFuture<OutputFolder.Wave>> computing = new ArrayDeque<>();
      while (failure == null && next < partitions() && !stopped.getAsBoolean()) {
        Span span = new Span(next, Math.min(partitions(), next + size()));
        next = span.until();
        CompletableFuture<OutputFolder.Wave> computed =
            CompletableFuture.supplyAsync(() -> compute(span), model);
        computing.add(computed);
        publishing.add(computed.thenAcceptAsync(this::publish, publisher));
        if (schedule.full(computing.size())) {
          awaitAny(computing);
        }
        computing.removeIf(CompletableFuture::isDone);
        while (failure == null
            && !publishing.isEmpty()
            && (schedule.behind(publishing.size()) || publishing.peek().isDone())) {
          failure = failureOf(publishing.poll());
        }
      }
      for (CompletableFuture<Void> wave : publishing) {
        RuntimeException own = failureOf(wave);
        failure = failure == null ? own : failure;
      }
    } finally {
      model.shutdown();
      publisher.shutdown();
    }
    if (failure != null) {
      throw failure;
    }
    return next;
  }

  /**
   * Has the step go through the partitions from one on without keeping what it makes, to count
   * inputs that it does not start.
   *
   * @return false if that was not done in time, or failed
   */
  boolean passOver(int from, Duration most) {
    ExecutorService thread = Executors.newSingleThreadExecutor(named("rest"));
    Dataset<Row> rest =
        rows(new Span(from, partitions())).mapPartitions(function, Encoders.row(step.made()));
    String tag = "code-audit-rest-" + UUID.randomUUID();
    Future<?> passed =
        thread.submit(
            () -> {
              inPool("waves", "Counting what is left");
              spark.sparkContext().addJobTag(tag);
              rest.write().format("noop").mode("overwrite").save();
            });
    try {
      passed.get(most.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      spark.sparkContext().cancelJobsWithTag(tag);
      return false;
    } catch (ExecutionException e) {
      LOG.warn("What is left could not be counted: {}", e.getCause().toString());
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      thread.shutdownNow();
    }
  }

  private static void awaitAny(Collection<? extends CompletableFuture<?>> work) {
    try {
      CompletableFuture.anyOf(work.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      // Its wave will not be published either, and the failure is picked up there.
    }
  }

  private static RuntimeException failureOf(CompletableFuture<?> work) {
    try {
      work.join();
      return null;
    } catch (CompletionException e) {
      return e.getCause() instanceof RuntimeException known
          ? known
          : new IllegalStateException(e.getCause().getMessage(), e.getCause());
    }
  }

  /** Executors come and go: each wave is as large as the cluster is when it begins. */
  private int size() {
    return schedule.size(Math.max(1, spark.sparkContext().defaultParallelism()));
  }

  private OutputFolder.Wave compute(Span span) {
    inPool("waves", "Wave " + span.name() + " of " + partitions() + " partitions");
    OutputFolder.Wave wave = folder.wave(span.name());
    Dataset<Row> answers = rows(span).mapPartitions(function, Encoders.row(step.made()));
    Set<String> known = folder.journal();
    String tag = "code-audit-wave-" + UUID.randomUUID();
    spark.sparkContext().addJobTag(tag);
    try {
      for (int job = 1; ; job++) {
        try {
          wave.make(answers);
          return wave;
        } catch (Exception e) { // Spark throws its checked exceptions without declaring them
          // Each row that ends its executor may cost a job; the next one leaves it out.
          Set<String> now = markersLeft(e, tag);
          if (job == MOST_JOBS || known.containsAll(now)) {
            throw e;
          }
          known = now;
          LOG.warn("{} rows ended their executors; the wave is run again without them", now.size());
        }
      }
    } finally {
      spark.sparkContext().removeJobTag(tag);
    }
  }

  /**
   * Waits until the tasks of a failed job have ended, and with them removed the markers of rows
   * that were still running; returns the markers that are left.
   */
  private Set<String> markersLeft(Exception failure, String tag) {
    try {
      for (int look = 0; look < MOST_LOOKS && running(tag); look++) {
        Thread.sleep(LOOK_MILLIS);
      }
      return folder.journal();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Set.of();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
      return Set.of();
    }
  }

  /** Whether a task of these jobs has not ended; tasks outlive a job that has failed. */
  private boolean running(String tag) {
    SparkStatusTracker tracker = spark.sparkContext().statusTracker();
    return IntStream.of(tracker.getJobIdsForTag(tag))
        .flatMap(job -> stages(tracker.getJobInfo(job)))
        .anyMatch(stage -> activeTasks(tracker.getStageInfo(stage)) > 0);
  }

  private static IntStream stages(Option<SparkJobInfo> job) {
    return job.isEmpty() ? IntStream.empty() : IntStream.of(job.get().stageIds());
  }

  private static int activeTasks(Option<SparkStageInfo> stage) {
    return stage.isEmpty() ? 0 : stage.get().numActiveTasks();
  }

  private Dataset<Row> rows(Span span) {
    RDD<Row> some = ChosenPartitions.of(input, span.partitions());
    return spark.createDataFrame(some, inputSchema);
  }

  private void publish(OutputFolder.Wave wave) {
    inPool("publishing", "Publishing a wave");
    Dataset<Row> rows = wave.made(step.made());
    if (isEmpty(rows)) {
      wave.discard();
      return;
    }
    step.tables()
        .forEach(
            (table, derivation) -> {
              Dataset<Row> derived = derivation.apply(rows);
              if (!isEmpty(derived)) {
                wave.write(table, table.equals(step.table()) ? derived : derived.coalesce(1));
              }
            });
    wave.publish();
    LOG.info("Wave {} was published", wave.name());
  }

  /** Like Spark's own, which shuffles what its first task finds. */
  private static boolean isEmpty(Dataset<Row> rows) {
    return rows.toJavaRDD().isEmpty();
  }

  private void inPool(String pool, String description) {
    SparkContext context = spark.sparkContext();
    context.setLocalProperty(POOL, pool);
    // A row that runs alone in a task of a failed job must not look as if it had ended its
    // executor.
    context.setLocalProperty("spark.job.interruptOnCancel", "true");
    context.setJobDescription(description);
  }

  private static ThreadFactory named(String name) {
    return task -> {
      Thread thread = new Thread(task, "code-audit-" + name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
