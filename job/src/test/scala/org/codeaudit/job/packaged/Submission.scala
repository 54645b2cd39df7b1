package org.codeaudit.job.packaged
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._
import scala.util.{Try, Using}

import com.fasterxml.jackson.databind.ObjectMapper

/** A job on the cluster: its driver and what Spark recorded of its tasks. */
class Submission(val driver: JvmProcess, events: Path) {

  /** Waits for the driver to end; its exit code. */
  def exitCode(seconds: Int = 300): Int = driver.exitCode(seconds)

  def killDriver(): Unit = driver.kill()

  /** The end of the driver's log, which may be very long. */
  def lastWords: String = driver.log.linesIterator.toSeq.takeRight(30).mkString("\n")

  /** Every attempt of a task that has ended, by Spark's own event log. */
  lazy val attempts: Seq[TaskAttempt] = {
    val json = new ObjectMapper()
    Build
      .files(events)
      .flatMap(file =>
        Using.resource(Files.lines(file))(_.iterator.asScala.filter(endOfTask).toSeq)
      )
      // A driver that was killed has left half a line.
      .flatMap(line => Try(json.readTree(line)).toOption)
      .map { end =>
        val info = end.get("Task Info")
        TaskAttempt(
          end.get("Stage ID").asInt,
          info.get("Index").asInt,
          info.get("Executor ID").asText,
          end.get("Task End Reason").get("Reason").asText,
          info.get("Speculative").asBoolean,
          info.get("Launch Time").asLong,
          info.get("Finish Time").asLong
        )
      }
  }

  private def endOfTask(line: String): Boolean =
    line.startsWith("""{"Event":"SparkListenerTaskEnd"""")

  /** Attempts whose work was lost, and had to be done again. */
  def lost: Seq[TaskAttempt] = attempts.filter { attempt =>
    !attempt.succeeded && redone(attempt).exists(_.finished > attempt.finished)
  }

  private def redone(attempt: TaskAttempt): Option[TaskAttempt] =
    attempts.find(other => other.succeeded && other.task == attempt.task)

  /** Seconds from a fault until all work it has cost was done again. */
  def secondsToRecover(faultAt: Long): Double = secondsToRecover(faultAt, lost)

  /** As above, of a fault that has cost this work. */
  def secondsToRecover(faultAt: Long, lost: Seq[TaskAttempt]): Double =
    (lost.flatMap(redone).map(_.finished).maxOption.getOrElse(faultAt) - faultAt) / 1000.0
}

/** The end of an attempt of a task; times are milliseconds since 1970. */
case class TaskAttempt(
    stage: Int,
    index: Int,
    executor: String,
    reason: String,
    speculative: Boolean,
    launched: Long,
    finished: Long
) {
  def task: (Int, Int) = (stage, index)
  def succeeded: Boolean = reason == "Success"
}
