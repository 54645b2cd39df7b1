package org.codeaudit.job.packaged.faulty

import java.lang.ProcessHandle
import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.StandardOpenOption.{APPEND, CREATE}
import java.nio.file.{FileAlreadyExistsException, Files, Path}

/** What is to go wrong on the executors, and the folder in which they record what they do. Travels
  * to them with the tasks.
  *
  * @param pace
  *   milliseconds of a step
  * @param slow
  *   milliseconds of a step in the first executor that loads the model; 0 for no difference
  * @param outOfMemory
  *   whether the first executor runs out of memory while loading
  * @param failedStep
  *   which step fails, once in all executors; 0 for none
  * @param poison
  *   text that kills the JVM when the model reads it
  */
case class Faults(
    ledger: String,
    pace: Int = 20,
    slow: Int = 0,
    outOfMemory: Boolean = false,
    failedStep: Int = 0,
    poison: Option[String] = None
) {
  private def folder = Path.of(ledger)

  /** True for one caller in all JVMs. */
  def first(what: String): Boolean =
    try {
      Files.createFile(folder.resolve(what))
      true
    } catch { case _: FileAlreadyExistsException => false }

  /** Adds a line to this JVM's record. */
  def record(line: String): Unit = Files.writeString(
    folder.resolve(s"${ProcessHandle.current().pid()}.record"),
    line + "\n",
    UTF_8,
    CREATE,
    APPEND
  )

  /** As an argument of [[FaultyMain]]. */
  def argument: String =
    Seq(ledger, pace, slow, outOfMemory, failedStep, poison.getOrElse("")).mkString(";")
}

object Faults {
  def parse(argument: String): Faults = {
    val Array(ledger, pace, slow, outOfMemory, failedStep, poison) = argument.split(";", -1)
    Faults(
      ledger,
      pace.toInt,
      slow.toInt,
      outOfMemory.toBoolean,
      failedStep.toInt,
      Option(poison).filter(_.nonEmpty)
    )
  }
}
