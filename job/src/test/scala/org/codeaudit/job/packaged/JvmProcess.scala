package org.codeaudit.job.packaged
import java.nio.file.{Files, Path}
import java.util.concurrent.TimeUnit

import scala.annotation.tailrec
import scala.jdk.CollectionConverters._

/** A JVM of its own that writes what it prints to a file. */
class JvmProcess(
    val name: String,
    folder: Path,
    environment: Map[String, String],
    arguments: Seq[String]
) {
  private val logFile: Path = Files.createDirectories(folder).resolve(name + ".log")
  private val process: Process = {
    val builder = new ProcessBuilder((Build.java +: Build.jvmOptions +: arguments).asJava)
      .directory(folder.toFile)
      .redirectErrorStream(true)
      .redirectOutput(logFile.toFile)
      .redirectInput(ProcessBuilder.Redirect.from(JvmProcess.nothing))
    // Of this JVM, a test's: another Spark would look for a build of its own.
    builder.environment().remove("SPARK_TESTING")
    builder.environment().putAll(environment.asJava)
    builder.start()
  }

  def log: String = Files.readString(logFile)

  def alive: Boolean = process.isAlive

  def pid: Long = process.pid

  /** The JVMs it has started. */
  def children: Seq[ProcessHandle] =
    process.descendants().iterator().asScala.filter(_.isAlive).toSeq

  /** The exit code; fails if it has not ended after so many seconds. */
  def exitCode(seconds: Int): Int = {
    if (!process.waitFor(seconds.toLong, TimeUnit.SECONDS)) {
      kill()
      throw new AssertionError(s"$name has not ended after $seconds s; see $logFile")
    }
    process.exitValue()
  }

  /** `kill -9`; returns when the process is gone. Its children are left to themselves. */
  def kill(): Unit = {
    process.destroyForcibly()
    process.waitFor(10, TimeUnit.SECONDS)
  }

  /** The first group of the pattern's first match in the log. */
  def await(pattern: String, seconds: Int): String = {
    val regex = pattern.r.unanchored
    JvmProcess.await(s"$name to print $pattern", seconds) {
      if (!alive) throw new AssertionError(s"$name has ended; see $logFile")
      log match {
        case regex(found) => Some(found)
        case _            => None
      }
    }
  }
}

object JvmProcess {
  private val nothing = new java.io.File("/dev/null")

  /** Asks again and again, ten times a second, until there is an answer. */
  def await[A](what: String, seconds: Int)(answer: => Option[A]): A = {
    val deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds.toLong)
    @tailrec def ask(): A = answer match {
      case Some(found) => found
      case None        =>
        if (System.nanoTime() > deadline)
          throw new AssertionError(s"waited $seconds s in vain for $what")
        Thread.sleep(100)
        ask()
    }
    ask()
  }
}
