package org.codeaudit.code

import java.nio.file.{Files, Path}
import java.time.Duration

import scala.jdk.CollectionConverters._
import scala.jdk.OptionConverters._
import scala.util.Using

import org.codeaudit.code.CheckOutcome.Status
import org.scalatest.funsuite.AnyFunSuite

class CheckRunSuite extends AnyFunSuite {
  private val plenty = Duration.ofMinutes(2)

  private def run(
      answer: String,
      commands: Map[String, String],
      time: Duration = plenty,
      memory: Long = 1L << 30
  ): Seq[Option[CheckOutcome]] = CheckRun
    .of(AnswerCode.of(answer), new CheckCommands(commands.asJava, time, memory))
    .asScala
    .map(_.toScala)
    .toSeq

  private def one(command: String, time: Duration = plenty, memory: Long = 1L << 30) =
    run("```sh\necho hello\n```", Map("shell" -> command), time, memory).head.get

  /** Processes whose command line holds a text; none that is only a shell asking for it. */
  private def processes(mark: String): Seq[String] = Using.resource(Files.list(Path.of("/proc"))) {
    _.iterator.asScala
      .filter(_.getFileName.toString.forall(_.isDigit))
      .map(process => scala.util.Try(Files.readString(process.resolve("cmdline"))).getOrElse(""))
      .filter(_.contains(mark))
      .toSeq
  }

  private def leftOvers: Seq[Path] = Using.resource(
    Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), "code-audit-check-*")
  )(_.asScala.toSeq)

  test("a command sees the block as a file, and its exit code decides") {
    val passed = one("sh \"$1\"")
    assert(passed.status == Status.PASSED && passed.exitCode.getAsInt == 0)
    assert(passed.output == "hello\n")
    val failed = one("echo no >&2; exit 3")
    assert(failed.status == Status.FAILED && failed.exitCode.getAsInt == 3)
    assert(failed.output == "no\n")
  }

  test("only blocks with a command for their language are checked; * is for all others") {
    val answer = "```python\nx = 1\n```\n```java\nclass A {}\n```\n```json\n\n```"
    val by = Map("python" -> "exit 1", "*" -> "exit 0")
    assert(
      run(answer, by).map(_.map(_.status)) == Seq(Some(Status.FAILED), Some(Status.PASSED), None)
    )
    assert(run(answer, by - "*").map(_.map(_.status)) == Seq(Some(Status.FAILED), None, None))
    assert(run("no code", by).isEmpty)
  }

  test("blocks are files beside each other, under their names, and never outside") {
    val answer = "```a/one.py\n1\n```\n```../../two.py\n2\n```\n```/etc/three.py\n3\n```\n" +
      "```a/one.py\n4\n```\n```a\n5\n```\n```java\npublic final class Six {}\n```"
    val listed = run(answer, Map("java" -> "find . -type f | sort | tr '\\n' ' '")).last.get
    assert(
      listed.output.trim.split(' ').toSet == Set(
        "./a/one.py",
        "./two.py",
        "./answer.py",
        "./2-one.py",
        "./answer.txt",
        "./Six.java"
      )
    )
  }

  test("a command that hangs is killed with all it began, also what has left its parent") {
    val mark = "31415926"
    val outcome = one(
      s"echo begun; sleep $mark & (setsid sleep ${mark}1 &) ; (sleep ${mark}2 &) ; wait",
      Duration.ofSeconds(5)
    )
    assert(outcome.status == Status.TIME && outcome.exitCode.isEmpty)
    assert(outcome.output == "begun\n")
    def left = processes(mark + "\u0000") ++ processes(mark + "2")
    val patience = System.nanoTime + plenty.toNanos
    while (left.nonEmpty && System.nanoTime < patience) Thread.sleep(20)
    assert(left == Nil)
    // What began a session of its own and lost its parent is out of reach.
    ProcessHandle.allProcesses.iterator.asScala
      .filter(_.info.arguments.toScala.exists(_.contains(mark + "1")))
      .foreach(_.destroyForcibly)
  }

  test("what a command that ended has left running is killed") {
    val mark = "27182818"
    assert(one(s"sleep $mark & exit 0").status == Status.PASSED)
    val patience = System.nanoTime + plenty.toNanos
    while (processes(mark).nonEmpty && System.nanoTime < patience) Thread.sleep(20)
    assert(processes(mark) == Nil)
  }

  test("too much memory or output ends a command") {
    assert(one("tail /dev/zero", memory = 50 << 20).status == Status.MEMORY)
    assert(one("yes").status == Status.OUTPUT)
    // Also one that is over before anybody looks.
    assert(one("head -c 2000000 /dev/zero").status == Status.OUTPUT)
  }

  test("a command has no environment but the path, no input, and an end to its files") {
    val seen = one("env | cut -d= -f1 | sort | tr '\\n' ' '; cat; pwd").output
    for (name <- Seq("PATH", "HOME", "TMPDIR", "LC_ALL")) assert(seen.contains(name), seen)
    assert(!seen.contains("JAVA") && !seen.contains("USER"), seen)
    assert(one("head -c 80000000 /dev/zero > big").status == Status.FAILED)
  }

  test("nothing stays behind") {
    val before = leftOvers
    one("echo x > more; mkdir deep; echo y > deep/er")
    assert(leftOvers == before)
  }
}
