package org.codeaudit.job;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** How prompts are spread over tasks. */
final class Partitions {
  /** Enough for each task to keep a batch full, few enough to lose little with a task. */
  private static final int FEWEST_ROWS = 16;

  private static final int MOST_ROWS = 1024;

  /** So many tasks a slot smooth out that some prompts take longer than others. */
  private static final int TASKS_PER_SLOT = 16;

  private Partitions() {}

  /** The rows in partitions of a size that suits the model step, however their files are cut. */
  static Dataset<Row> sized(Dataset<Row> rows) {
    long count = rows.count();
    int slots = rows.sparkSession().sparkContext().defaultParallelism();
    long even = count / ((long) slots * TASKS_PER_SLOT);
    long size = Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, even));
    return rows.repartition((int) Math.max(1, (count + size - 1) / size));
  }
}
