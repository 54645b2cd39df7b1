package org.codeaudit.job.packaged.faulty

import java.util.concurrent.atomic.AtomicBoolean

import org.apache.spark.SparkContext
import org.apache.spark.scheduler.{SparkListener, SparkListenerTaskStart}

/** Does once what a user does who kills a task: the first of a stage's tasks that is neither among
  * its first nor alone.
  */
class TaskKiller extends SparkListener {
  private val done = new AtomicBoolean()

  override def onTaskStart(start: SparkListenerTaskStart): Unit =
    if (start.taskInfo.index >= 5 && done.compareAndSet(false, true)) {
      val kill: Runnable = () => {
        Thread.sleep(1500) // it has asked the model by then
        SparkContext.getOrCreate().killTaskAttempt(start.taskInfo.taskId, true, "killed by a user")
      }
      val thread = new Thread(kill, "task-killer")
      thread.setDaemon(true)
      thread.start()
    }
}
