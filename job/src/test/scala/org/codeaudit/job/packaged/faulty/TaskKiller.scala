package org.codeaudit.job.packaged.faulty

import java.util.concurrent.atomic.AtomicBoolean

import org.apache.spark.SparkContext
import org.apache.spark.scheduler.{SparkListener, SparkListenerExecutorMetricsUpdate}
import org.codeaudit.udf.run.{Progress, ProgressAccumulator}

/** Does once what a user does who kills a task: the first one that is seen to have answered some of
  * its rows.
  */
class TaskKiller extends SparkListener {
  private val done = new AtomicBoolean()

  override def onExecutorMetricsUpdate(update: SparkListenerExecutorMetricsUpdate): Unit =
    for {
      (task, _, _, counters) <- update.accumUpdates
      counter <- counters
      if counter.name.contains(ProgressAccumulator.NAME)
    } counter.update match {
      case Some(progress: Progress) if progress.rows > 0 && done.compareAndSet(false, true) =>
        kill(task)
      case _ =>
    }

  /** On a thread of its own: the listener's must not wait for the scheduler. */
  private def kill(task: Long): Unit = {
    val thread = new Thread(
      () => SparkContext.getOrCreate().killTaskAttempt(task, true, "killed by a user"),
      "task-killer"
    )
    thread.setDaemon(true)
    thread.start()
  }
}
