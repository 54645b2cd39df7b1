package org.codeaudit.udf.run;

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

  /** A task that added only zeros has run too, and listeners must know. */
  private volatile boolean added;

  @Override
  public boolean isZero() {
    return !added;
  }

  @Override
  public AccumulatorV2<Progress, Progress> copy() {
    ProgressAccumulator copy = new ProgressAccumulator();
    copy.value = value();
    copy.added = added;
    return copy;
  }

  @Override
  public void reset() {
    value = Progress.NONE;
    added = false;
  }

  @Override
  public synchronized void add(Progress more) {
    value = value().plus(more);
    added = true;
  }

  @Override
  public void merge(AccumulatorV2<Progress, Progress> other) {
    if (!other.isZero()) {
      add(other.value());
    }
  }

  @Override
  public Progress value() {
    Progress current = value;
    return current == null ? Progress.NONE : current;
  }
}
