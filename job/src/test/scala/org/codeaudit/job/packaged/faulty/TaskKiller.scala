package org.codeaudit.job.packaged.faulty

import org.apache.spark.{SparkConf, SparkContext, TaskKilled}
import org.apache.spark.scheduler.{
  SparkListener,
  SparkListenerExecutorMetricsUpdate,
  SparkListenerTaskEnd
}
import org.codeaudit.udf.run.{Progress, ProgressAccumulator}

/** Does what a user does who kills a task, when it is asked to: one that is seen to have answered
  * some of its rows. `spark.faulty.ledger` names the folder of [[Faults]].
  */
class TaskKiller(settings: SparkConf) extends SparkListener {
  private val faults = Faults(settings.get("spark.faulty.ledger"))

  override def onExecutorMetricsUpdate(update: SparkListenerExecutorMetricsUpdate): Unit =
    for {
      (task, _, _, counters) <- update.accumUpdates
      counter <- counters
      if counter.name.contains(ProgressAccumulator.NAME)
    } counter.update match {
      case Some(progress: Progress) if progress.rows > 0 && faults.asked(Faults.KilledTask) =>
        kill(task)
      case _ =>
    }

  /** A task may end before it is killed; then another has to do. */
  override def onTaskEnd(end: SparkListenerTaskEnd): Unit = end.reason match {
    case _: TaskKilled => faults.wanted(Faults.KilledTask)
    case _             =>
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
