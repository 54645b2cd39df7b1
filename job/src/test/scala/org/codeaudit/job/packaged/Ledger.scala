package org.codeaudit.job.packaged
import java.nio.file.StandardCopyOption.ATOMIC_MOVE
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

/** What executors with a faulty model have recorded. */
class Ledger(val folder: Path) {

  /** The lines of each JVM. */
  private def records: Seq[Seq[String]] = Build
    .files(folder)
    .filter(_.toString.endsWith(".record"))
    .map(Files.readAllLines(_).asScala.toSeq)

  private def lines: Seq[String] = records.flatten

  def answers: Int = lines.count(_ == "answer")

  /** Answers of one process. */
  def answersOf(pid: scala.Long): Int = {
    val record = folder.resolve(s"$pid.record")
    if (Files.exists(record)) Files.readAllLines(record).asScala.count(_ == "answer") else 0
  }

  /** JVMs that a poisonous row has ended. */
  def deaths: Int = lines.count(_ == "died")

  /** Of each load the executor and its GPU. */
  def loads: Seq[(String, String)] = lines.collect { case Ledger.Load(executor, gpu) =>
    (executor, gpu)
  }

  /** Asks the run for a fault, which comes to the first that can have it.
    *
    * @return
    *   when that was, in milliseconds since 1970
    */
  def want(fault: String): Long = {
    Files.createFile(wanted(fault))
    System.currentTimeMillis()
  }

  /** Has every step of the run take so many milliseconds from now on. */
  def setPace(milliseconds: Int): Unit = {
    val next = Files.writeString(folder.resolve("next-pace"), milliseconds.toString)
    Files.move(next, folder.resolve("pace"), ATOMIC_MOVE)
  }

  /** Whether a fault was asked for and has not come yet. */
  def waits(fault: String): Boolean = Files.exists(wanted(fault))

  private def wanted(fault: String): Path = folder.resolve("wanted-" + fault)

  /** Waits until so many executors have given so many answers each. */
  def await(executors: Int, answers: Int): Unit =
    JvmProcess.await(s"$answers answers of each of $executors executors", 240) {
      Option.when(records.count(_.count(_ == "answer") >= answers) >= executors)(())
    }
}

object Ledger {
  private val Load = "load executor=(\\S+) gpu=(\\S+)".r
}
