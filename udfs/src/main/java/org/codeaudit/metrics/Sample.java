package org.codeaudit.metrics;

import java.io.Serializable;
import org.codeaudit.udf.row.RowCounts;

/** What one executor has done since it began and how it is now; executors send it to the driver. */
record Sample(String executorId, RowCounts rows, EngineWork work, ExecutorState state, Rates rates)
    implements Serializable {

  /** How Spark calls a driver that is its own executor. */
  static final String DRIVER = "driver";
}
