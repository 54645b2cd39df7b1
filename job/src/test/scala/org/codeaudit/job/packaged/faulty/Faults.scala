package org.codeaudit.job.packaged.faulty

import java.lang.ProcessHandle
import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.StandardOpenOption.{APPEND, CREATE}
import java.nio.file.{Files, Path}

/** What is to go wrong in a run, and the folder in which its JVMs record what they do and find what
  * is asked of them. Travels to the executors with the tasks.
  *
  * @param pace
  *   milliseconds of a step
  * @param poison
  *   text that kills the JVM when the model reads it
  */
case class Faults(ledger: String, pace: Int = 20, poison: Option[String] = None) {
  private def folder = Path.of(ledger)

  /** Whether a suite has asked for this fault: true for one caller in all JVMs each time. */
  def wanted(fault: String): Boolean = Files.deleteIfExists(folder.resolve("wanted-" + fault))

  /** The same for any number of callers, until [[wanted]] was true for one. */
  def asked(fault: String): Boolean = Files.exists(folder.resolve("wanted-" + fault))

  /** Milliseconds of a step now: a suite may change them while the run goes on. */
  def paceNow: Int = {
    val file = folder.resolve("pace")
    if (Files.exists(file)) Files.readString(file).toInt else pace
  }

  /** Adds a line to this JVM's record. */
  def record(line: String): Unit = Files.writeString(
    folder.resolve(s"${ProcessHandle.current().pid()}.record"),
    line + "\n",
    UTF_8,
    CREATE,
    APPEND
  )

  /** As an argument of [[FaultyMain]]. */
  def argument: String = Seq(ledger, pace, poison.getOrElse("")).mkString(";")
}

object Faults {

  /** The next executor that loads the model runs out of memory. */
  val OutOfMemory = "out-of-memory"

  /** The next step of any executor fails. */
  val FailedStep = "failed-step"

  /** The next executor to make a step needs twenty times as long, for half a minute. */
  val SlowExecutor = "slow-executor"

  /** The next task that is seen to have answered some of its rows is killed. */
  val KilledTask = "killed-task"

  def parse(argument: String): Faults = {
    val Array(ledger, pace, poison) = argument.split(";", -1)
    Faults(ledger, pace.toInt, Option(poison).filter(_.nonEmpty))
  }
}
