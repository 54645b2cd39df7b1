package org.codeaudit.job.audit;

import org.apache.spark.Success$;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.codeaudit.udf.run.Progress;
import org.codeaudit.udf.run.ProgressAccumulator;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Is told what the tasks that ask the model have done so far: with each heartbeat of their
 * executor, and when they end.
 */
public abstract class TaskProgressListener extends SparkListener {

  /** What one attempt of a task has done since it began. */
  protected abstract void reported(long task, Progress progress);

  /** An attempt of any step's task is over; called after its last report. */
  protected abstract void ended(long task, boolean success);

  @Override
  public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    CollectionConverters.asJava(update.accumUpdates())
        .forEach(
            task ->
                CollectionConverters.asJava(task._4())
                    .forEach(info -> report((Long) task._1(), info)));
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    long task = end.taskInfo().taskId();
    CollectionConverters.asJava(end.taskInfo().accumulables().toSeq())
        .forEach(info -> report(task, info));
    ended(task, end.reason() == Success$.MODULE$);
  }

  private void report(long task, AccumulableInfo info) {
    boolean ours = info.name().isDefined() && info.name().get().equals(ProgressAccumulator.NAME);
    if (ours && info.update().isDefined() && info.update().get() instanceof Progress progress) {
      reported(task, progress);
    }
  }
}
