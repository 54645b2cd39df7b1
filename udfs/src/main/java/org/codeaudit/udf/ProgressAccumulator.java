package org.codeaudit.udf;

import org.apache.spark.util.AccumulatorV2;

/** Carries {@link Progress} from tasks to the driver; running tasks report with each heartbeat. */
public final class ProgressAccumulator extends AccumulatorV2<Progress, Progress> {
  private static final long serialVersionUID = 1L;

  /** Name under which listeners find it. */
  public static final String NAME = "code-audit-progress";

  // The heartbeat thread reads while the task thread adds. It is null while a task is being
  // deserialised: Spark makes an accumulator known to heartbeats before its fields are there, and
  // an exception there would end the heartbeats of the executor.
  private volatile Progress value = Progress.NONE;

  @Override
  public boolean isZero() {
    return value().equals(Progress.NONE);
  }

  @Override
  public AccumulatorV2<Progress, Progress> copy() {
    ProgressAccumulator copy = new ProgressAccumulator();
    copy.value = value();
    return copy;
  }

  @Override
  public void reset() {
    value = Progress.NONE;
  }

  @Override
  public synchronized void add(Progress more) {
    value = value().plus(more);
  }

  @Override
  public void merge(AccumulatorV2<Progress, Progress> other) {
    add(other.value());
  }

  @Override
  public Progress value() {
    Progress current = value;
    return current == null ? Progress.NONE : current;
  }
}
