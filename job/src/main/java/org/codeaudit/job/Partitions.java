package org.codeaudit.job;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** How rows are spread over executors. */
final class Partitions {
  private Partitions() {}

  /** Rows in at least as many partitions as the cluster has slots, so that no model is idle. */
  static Dataset<Row> spread(Dataset<Row> rows) {
    int slots = rows.sparkSession().sparkContext().defaultParallelism();
    return rows.rdd().getNumPartitions() >= slots ? rows : rows.repartition(slots);
  }
}
