package org.codeaudit.job.packaged

import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

/** What executors with a faulty model have recorded. */
class Ledger(val folder: Path) {
  private def lines: Seq[String] = Build
    .files(folder)
    .filter(_.toString.endsWith(".record"))
    .flatMap(Files.readAllLines(_).asScala)

  def answers: Int = lines.count(_ == "answer")

  /** JVMs that a poisonous row has ended. */
  def deaths: Int = lines.count(_ == "died")

  /** Of each load the executor and its GPU. */
  def loads: Seq[(String, String)] = lines.collect { case Ledger.Load(executor, gpu) => (executor, gpu) }

  /** When something was done that only one executor does; milliseconds since 1970. */
  def time(once: String): Long = Files.getLastModifiedTime(folder.resolve(once)).toMillis

  /** Waits until so many loads and answers are there. */
  def await(loads: Int, answers: Int): Unit =
    JvmProcess.await(s"$loads loads and $answers answers", 240) {
      Option.when(this.loads.size >= loads && this.answers >= answers)(())
    }
}

object Ledger {
  private val Load = "load executor=(\\S+) gpu=(\\S+)".r
}
