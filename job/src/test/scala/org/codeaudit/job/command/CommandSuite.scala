package org.codeaudit.job.command
import java.io.{ByteArrayOutputStream, PrintStream}
import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path}
import org.apache.spark.sql.{DataFrame, SparkSession}
import org.codeaudit.generate.ModelLoader
import org.codeaudit.udf.setting.CheckpointLoader
import org.codeaudit.job.Main
import org.codeaudit.job.source.row.LiteralPaths
import org.scalatest.funsuite.AnyFunSuite
import scala.jdk.CollectionConverters._

/** Runs commands as a user does, in this JVM, over the golden checkpoints. */
abstract class CommandSuite extends AnyFunSuite {
  protected val root: Path = Path.of(System.getProperty("codeaudit.root"))
  protected val samples: Path = root.resolve("data/samples")
  protected def golden(name: String): String = root.resolve("data/golden/" + name).toString

  /** What a command printed and its exit code. */
  protected case class Outcome(code: Int, out: String, err: String)

  protected def audit(arguments: String*): Outcome = audit(new CheckpointLoader, arguments: _*)

  protected def audit(loader: ModelLoader, arguments: String*): Outcome = {
    // A command is a process of its own: it must not find another suite's session.
    SparkSession.getDefaultSession.foreach(_.stop())
    val (out, err) = (new ByteArrayOutputStream(), new ByteArrayOutputStream())
    val (systemOut, systemErr) = (System.out, System.err)
    System.setOut(new PrintStream(out, true, UTF_8))
    System.setErr(new PrintStream(err, true, UTF_8))
    try {
      val code = Main.run(loader, openly(withOneThread(arguments)): _*)
      Outcome(code, out.toString(UTF_8), err.toString(UTF_8))
    } finally {
      System.setOut(systemOut)
      System.setErr(systemErr)
    }
  }

  /** For models this small a second thread costs more than it brings. */
  private def withOneThread(arguments: Seq[String]): Seq[String] = {
    val asks = arguments.headOption.exists(Set("review", "generate", "triage"))
    if (asks && !arguments.contains("--threads")) arguments ++ Seq("--threads", "1") else arguments
  }

  /** Whether a suite that does not say how reviews is about the one open question. */
  protected def reviewsOpenly: Boolean = true

  /** Questions of checks are longer than the context of the golden checkpoints. */
  private def openly(arguments: Seq[String]): Seq[String] = {
    val asks = reviewsOpenly && arguments.headOption.exists(Set("review", "plan"))
    if (asks && !arguments.contains("--review")) arguments ++ Seq("--review", "open") else arguments
  }

  protected def folder(name: String): Path = Files.createTempDirectory(name)

  protected def file(name: String, text: String): Path =
    Files.writeString(folder("input").resolve(name), text)

  /** A prompt short enough for the golden checkpoints' context of 1,024 tokens. */
  protected lazy val shortPrompt: String = file(
    "short.md",
    "<!-- system -->\nFind defects.\n<!-- user: change -->\n{{path}}\n{{code}}\n" +
      "<!-- user: file -->\n{{code}}\n"
  ).toString

  /** A golden checkpoint that takes longer prompts: those of checks have some hundred tokens. */
  protected lazy val longModel: String = {
    val copy = folder("model")
    for (name <- entries(Path.of(golden("qwen3-tiny")))) {
      val file = Path.of(golden("qwen3-tiny")).resolve(name)
      if (name == "config.json") {
        val short = "\"max_position_embeddings\": 1024"
        val config = Files.readString(file)
        assert(config.contains(short))
        Files.writeString(copy.resolve(name), config.replace(short, short.replace("1024", "4096")))
      } else Files.copy(file, copy.resolve(name))
    }
    copy.toString
  }

  /** Reads tables in a session of its own: commands stop theirs. */
  protected def withTables[A](output: Path)(use: (String => DataFrame) => A): A = {
    val spark = SparkSession
      .builder()
      .master("local[1]")
      .config("spark.ui.enabled", "false")
      .config("spark.sql.shuffle.partitions", "1")
      .config("spark.driver.host", "127.0.0.1")
      .getOrCreate()
    try use(table => LiteralPaths.read(spark).parquet(output.resolve(table).toString))
    finally spark.stop()
  }

  protected def entries(folder: Path): Set[String] = {
    val files = Files.list(folder)
    try files.iterator().asScala.map(_.getFileName.toString).toSet
    finally files.close()
  }
}
