package org.codeaudit.bench

import java.io.{ByteArrayOutputStream, PrintStream}
import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path}

import org.apache.spark.sql.SparkSession
import org.scalatest.funsuite.AnyFunSuite

import scala.jdk.CollectionConverters._

/** Runs benchmarks as a person does, in this JVM, over the golden checkpoints. */
abstract class BenchSuite extends AnyFunSuite {
  private val root: Path = Path.of(System.getProperty("codeaudit.root"))
  protected val samples: Path = root.resolve("data/samples")
  protected def golden(name: String): String = root.resolve("data/golden/" + name).toString

  /** What a command printed and its exit code. */
  protected case class Outcome(code: Int, out: String, err: String)

  protected def measure(arguments: String*): Outcome = {
    // A command is a process of its own: it must not find another suite's session.
    SparkSession.getDefaultSession.foreach(_.stop())
    val (out, err) = (new ByteArrayOutputStream(), new ByteArrayOutputStream())
    val (systemOut, systemErr) = (System.out, System.err)
    System.setOut(new PrintStream(out, true, UTF_8))
    System.setErr(new PrintStream(err, true, UTF_8))
    try Outcome(Main.run(arguments: _*), out.toString(UTF_8), err.toString(UTF_8))
    finally {
      System.setOut(systemOut)
      System.setErr(systemErr)
    }
  }

  protected def folder(name: String): Path = Files.createTempDirectory(name)

  /** A prompt short enough for the golden checkpoints' context of 1,024 tokens. */
  protected lazy val shortPrompt: String = Files
    .writeString(
      folder("input").resolve("short.md"),
      "<!-- system -->\nFind defects.\n<!-- user: change -->\n{{path}}\n{{code}}\n" +
        "<!-- user: file -->\n{{code}}\n"
    )
    .toString

  protected def entries(folder: Path): Set[String] = {
    val files = Files.list(folder)
    try files.iterator().asScala.map(_.getFileName.toString).toSet
    finally files.close()
  }
}
