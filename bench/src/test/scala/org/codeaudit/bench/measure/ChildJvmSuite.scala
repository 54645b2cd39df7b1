package org.codeaudit.bench.measure

import java.nio.file.Files
import java.time.Duration
import java.util.concurrent.TimeUnit
import java.util.{Collections, OptionalInt}

import org.scalatest.funsuite.AnyFunSuite

/** Does not end by itself, and has begun a process that does not either. */
object Sleeper {
  def main(arguments: Array[String]): Unit = {
    println(s"began ${new ProcessBuilder("sleep", "100000").start().pid}")
    Thread.sleep(Long.MaxValue)
  }
}

class ChildJvmSuite extends AnyFunSuite {
  test("a process that takes too long is ended with what it began") {
    val log = Files.createTempFile("child", ".log")
    // Long enough for most machines to begin the other process; on a slower one there is none.
    val end = ChildJvm.run(
      Class.forName(Sleeper.getClass.getName.stripSuffix("$")),
      Collections.emptyMap[String, String],
      log,
      Duration.ofSeconds(5)
    )
    assert(end === OptionalInt.empty)
    val begun = Files.readString(log).linesIterator.collect { case s"began $pid" => pid.toLong }
    begun.foreach { pid =>
      val process = ProcessHandle.of(pid)
      process.ifPresent(_.onExit().get(60, TimeUnit.SECONDS))
      assert(!process.map(_.isAlive).orElse(false))
    }
    Files.delete(log)
  }
}
