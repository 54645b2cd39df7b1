package org.codeaudit.udf.run;

import java.util.Iterator;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.codeaudit.udf.row.RowCounts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of one task on their way out: counted for this JVM's metrics, the failed ones logged by
 * their key. Nothing of their content is logged, not even messages of errors, which are in the
 * table.
 */
public final class FinishedRows implements Iterator<Row> {
  private static final Logger LOG = LoggerFactory.getLogger(FinishedRows.class);
  private static final AtomicReference<RowCounts> OF_THIS_JVM =
      new AtomicReference<>(RowCounts.NONE);

  private final Iterator<Row> rows;
  private final long begin = System.nanoTime();
  private RowCounts counts = RowCounts.NONE;

  /**
   * @param run is told that the task has begun, so that a task without rows counts too
   */
  public FinishedRows(Iterator<Row> rows, RunContext run) {
    this.rows = rows;
    run.add(Progress.NONE);
    TaskContext task = TaskContext.get();
    if (task != null) {
      task.addTaskCompletionListener((TaskContext ended) -> logEnd(ended));
    }
  }

  /** What tasks of this JVM have yielded since it started, including tasks that failed later. */
  public static RowCounts ofThisJvm() {
    return OF_THIS_JVM.get();
  }

  @Override
  public boolean hasNext() {
    return rows.hasNext();
  }

  @Override
  public Row next() {
    Row row = rows.next();
    RowCounts one = RowCounts.of(row);
    counts = counts.plus(one);
    OF_THIS_JVM.accumulateAndGet(one, RowCounts::plus);
    if (one.failed() > 0) {
      LOG.info("Row {} failed: {}", row.<String>getAs("row_key"), row.<String>getAs("error_class"));
    }
    return row;
  }

  private void logEnd(TaskContext task) {
    LOG.info(
        "Task {} of stage {}, partition {}, attempt {} {} after {} s: {} rows, {} of them failed,"
            + " {} tokens read, {} written",
        task.taskAttemptId(),
        task.stageId(),
        task.partitionId(),
        task.attemptNumber(),
        task.isInterrupted() ? "was killed" : task.isFailed() ? "failed" : "ended",
        (System.nanoTime() - begin) / 1_000_000_000,
        counts.rows(),
        counts.failed(),
        counts.promptTokens(),
        counts.generatedTokens());
  }
}
