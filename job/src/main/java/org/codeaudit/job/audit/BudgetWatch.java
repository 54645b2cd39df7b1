package org.codeaudit.job.audit;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.codeaudit.job.sink.OutputFolder;
import org.codeaudit.job.sink.Stop;
import org.codeaudit.udf.run.Progress;
import org.codeaudit.udf.run.RunBudget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices, on the driver, when a run's budget is used up, and tells all executors. Tokens count
 * whatever became of the task that used them; a task that is tried again uses them again.
 */
final class BudgetWatch extends TaskProgressListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BudgetWatch.class);
  private static final long LOOK_MILLIS = 200;
  private static final long CLOSE_SECONDS = 30;

  private final SparkContext context;
  private final Budget budget;
  private final RunBudget tasks;
  private final OutputFolder folder;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          look -> {
            Thread thread = new Thread(look, "code-audit-budget");
            thread.setDaemon(true);
            return thread;
          });

  /** Tokens by attempt of a task while it runs, and those of all that have ended. */
  private final Map<Long, Long> running = new HashMap<>();

  private long ended;
  private volatile Stop.Budget reached;
  private volatile boolean marked;

  /** Watches from now on; the caller closes it. */
  BudgetWatch(SparkContext context, Budget budget, RunBudget tasks, OutputFolder folder) {
    this.context = context;
    this.budget = budget;
    this.tasks = tasks;
    this.folder = folder;
    if (!budget.unlimited()) {
      context.addSparkListener(this);
      look();
      clock.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** What was used up, if anything was. */
  Optional<Stop.Budget> reached() {
    return Optional.ofNullable(reached);
  }

  @Override
  public synchronized void reported(long task, Progress progress) {
    running.put(task, progress.promptTokens() + progress.generatedTokens());
  }

  @Override
  public synchronized void ended(long task, boolean success) {
    Long tokens = running.remove(task);
    ended += tokens == null ? 0 : tokens;
  }

  private synchronized long tokens() {
    return ended + running.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Looks now, and not only when it is time to: what came last may have used the budget up. */
  synchronized void look() {
    if (budget.unlimited()) {
      return;
    }
    if (reached == null) {
      reached = usedUp().orElse(null);
    }
    if (reached != null && !marked) {
      tasks.end();
      marked = mark();
    }
  }

  private Optional<Stop.Budget> usedUp() {
    if (budget.deadline().isPresent() && !Instant.now().isBefore(budget.deadline().get())) {
      return Optional.of(Stop.Budget.TIME);
    }
    boolean spent = budget.tokens().isPresent() && tokens() >= budget.tokens().getAsLong();
    return spent || tasks.over() ? Optional.of(Stop.Budget.TOKENS) : Optional.empty();
  }

  private boolean mark() {
    try {
      folder.markStop();
      LOG.info("The budget of {} is used up: nothing new is started", reached.columnValue());
      return true;
    } catch (RuntimeException e) {
      LOG.warn("The executors cannot be told to stop, trying again: {}", e.toString());
      return false;
    }
  }

  @Override
  public void close() {
    context.removeSparkListener(this);
    clock.shutdown();
    // A check that is about to write the marker would leave it behind.
    try {
      if (!clock.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        clock.shutdownNow();
      }
    } catch (InterruptedException e) {
      clock.shutdownNow();
      Thread.currentThread().interrupt();
    }
    if (reached != null) {
      folder.clearStop();
    }
  }
}
