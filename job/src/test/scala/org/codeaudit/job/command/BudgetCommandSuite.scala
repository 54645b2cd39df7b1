package org.codeaudit.job.command

import java.nio.file.{Files, Path}
import java.util.{List => JavaList}
import java.util.concurrent.atomic.AtomicInteger

import org.apache.spark.sql.SparkSession
import org.codeaudit.checkpoint.Checkpoints
import org.codeaudit.generate.{EngineCache, EngineSettings, LoadedModel, ModelLoader}
import org.codeaudit.job.Main
import org.codeaudit.job.option.{CountConverter, DurationConverter}
import org.codeaudit.{Long => LongSuite}
import org.codeaudit.model._
import org.codeaudit.token.{BpeTokenizer, TemplateChatEncoder, Tokenizer}
import picocli.CommandLine.TypeConversionException

import scala.collection.mutable
import scala.jdk.CollectionConverters._

/** What tasks of the suite below meet: they run in this JVM. */
object Weather {
  @volatile var stepMillis = 0L

  /** The step that fails, counted down; none while it is below 1. */
  val failsIn = new AtomicInteger
}

/** Ends every answer at once, after some time, and fails when it is told to. */
class WeatheredModel(tokenizer: Tokenizer, end: Int) extends LanguageModel {
  private val cacheTokens = 1 << 20
  private val lengths = mutable.HashMap.empty[Int, Int]

  override def description(): ModelDescription = new ModelDescription(
    "weathered",
    "none",
    "none",
    "none",
    "cpu",
    "cpu",
    0,
    0,
    tokenizer.size,
    1024,
    cacheTokens,
    0
  )

  override def open(capacity: Int): Int = {
    val handle = lengths.keys.maxOption.fold(0)(_ + 1)
    lengths(handle) = 0
    handle
  }

  override def reserve(sequence: Int, capacity: Int): Boolean = true
  override def length(sequence: Int): Int = lengths(sequence)
  override def freeTokens(): Int = cacheTokens
  override def close(sequence: Int): Unit = lengths -= sequence
  override def close(): Unit = lengths.clear()

  override def step(batch: JavaList[SequenceStep]): StepResult = {
    Thread.sleep(Weather.stepMillis)
    if (Weather.failsIn.decrementAndGet() == 0) throw new ModelFailure("the device is gone", null)
    val chosen = batch.asScala.toArray.flatMap { step =>
      lengths(step.sequence) += step.tokens.length
      Array.fill(step.choices.size max 1)(if (step.choices.isEmpty) -1 else end)
    }
    new StepResult(chosen, Array.fill(chosen.length)(0f))
  }
}

class WeatheredLoader extends ModelLoader {
  override def load(settings: ModelSettings, engine: EngineSettings): LoadedModel = {
    val checkpoint = Checkpoints.open(Path.of(settings.path))
    try {
      val files = checkpoint.tokenizer
      val tokenizer = BpeTokenizer.parse(files.tokenizerJson)
      val defaults = checkpoint.generationDefaults
      val model = new WeatheredModel(tokenizer, defaults.endTokens.asScala.min)
      new LoadedModel(model, tokenizer, TemplateChatEncoder.of(tokenizer, files), defaults)
    } finally checkpoint.close()
  }
}

class BudgetCommandSuite extends CommandSuite {
  private def prompts(count: Int): Path = file(
    "prompts.jsonl",
    (1 to count).map(i => s"""{"id": "$i", "prompt": "def f$i(a, b):"}\n""").mkString
  )

  private def generate(out: Path, prompts: Path, more: String*) =
    Seq("generate", "--model", golden("qwen3-tiny"), "--out", out.toString, "--quiet") ++
      Seq("--max-new-tokens", "12", "--precision", "f32", "--prompts", prompts.toString) ++
      Seq("--conf", "spark.sql.files.maxPartitionBytes=700", "--batch", "2") ++ more

  private def weathered(arguments: Seq[String]): Int = {
    SparkSession.getDefaultSession.foreach(_.stop())
    EngineCache.shared().clear() // it knows models by their settings
    try Main.run(new WeatheredLoader, arguments: _*)
    finally EngineCache.shared().clear()
  }

  private case class State(
      answers: Map[String, String],
      rows: Long,
      tokens: Long,
      runs: Seq[(Option[String], Option[Long], Long)]
  )

  private def state(out: Path): State = withTables(out) { table =>
    val rows = table("generations").collect()
    State(
      rows.map(row => row.getAs[String]("id") -> row.getAs[String]("text")).toMap,
      rows.length,
      rows.map(row => row.getAs[Int]("prompt_tokens") + row.getAs[Int]("generated_tokens")).sum,
      table("runs").orderBy("started_at").collect().toSeq.map { row =>
        val left = Option(row.getAs[java.lang.Long]("inputs_left")).map(_.longValue)
        (Option(row.getAs[String]("stopped_by")), left, row.getAs[Long]("rows"))
      }
    )
  }

  test("a run whose tokens are used up drains, says so, and the next one does exactly the rest") {
    val questions = prompts(45)
    val whole = folder("budget").resolve("tables")
    assert(audit(generate(whole, questions): _*).code === ExitCode.OK)
    val expected = state(whole)
    assert(expected.runs === Seq((None, Some(0L), 45L)))
    val out = folder("budget").resolve("tables")
    val some = generate(out, questions, "--wave", "1")
    val stopped = audit(some ++ Seq("--max-tokens", "1k"): _*)
    assert(stopped.code === ExitCode.STOPPED, stopped.err)
    val first = state(out)
    assert(first.rows > 0 && first.rows < 45 && first.rows === first.answers.size)
    // What came back reached the budget; what ran then, two rows, came after.
    val longest = expected.tokens / 45 + 12
    assert(first.tokens >= 1000 && first.tokens < 1000 + 4 * longest, s"${first.tokens}")
    assert(first.runs === Seq((Some("tokens"), Some(45 - first.rows), first.rows)))
    val left = s"Stopped    the budget of tokens was used up; ${45 - first.rows} inputs are left"
    assert(stopped.out.contains(left), stopped.out)
    assert(entries(out.resolve("_audit")).forall(!_.startsWith("stop")))

    // A run that has as much as it needs is not stopped by it.
    val rest = audit(some ++ Seq("--max-tokens", "1b", "--max-time", "3h"): _*)
    assert(rest.code === ExitCode.OK, rest.err)
    val second = state(out)
    assert(second.runs.last === ((None, Some(0L), 45 - first.rows)))
    assert(second.rows === 45 && second.answers === expected.answers)
  }

  test(
    "a run whose time is over ends in the middle, and tasks that were tried again count once",
    LongSuite
  ) {
    val questions = prompts(1200)
    val out = folder("budget").resolve("tables")
    val tried = Seq("--master", "local[2,4]", "--wave", "4")
    Weather.stepMillis = 25
    Weather.failsIn.set(10)
    val code =
      try weathered(generate(out, questions, tried ++ Seq("--max-time", "12s"): _*))
      finally Weather.stepMillis = 0
    assert(code === ExitCode.STOPPED)
    val first = state(out)
    info(s"${first.rows} rows in time")
    assert(Weather.failsIn.get < 0 && first.rows === first.answers.size)
    assert(first.runs === Seq((Some("time"), Some(1200 - first.rows), first.rows)))
    assert(weathered(generate(out, questions)) === ExitCode.OK)
    val second = state(out)
    assert(second.rows === 1200 && second.answers.size === 1200)
    assert(second.runs.last === ((None, Some(0L), 1200 - first.rows)))
  }

  test("a review that is stopped at once publishes what it began, and the next one the rest") {
    def review(out: Path, more: String*) = audit(
      Seq("review", samples.toString, "--model", golden("qwen3-tiny"), "--out", out.toString) ++
        Seq("--prompt", shortPrompt, "--max-new-tokens", "40", "--unit-tokens", "200", "--quiet") ++
        Seq("--precision", "f32", "--batch", "1") ++ more: _*
    )
    def rows(out: Path) = withTables(out) { table =>
      val read = table("reviews").collect()
      val keys = read.map(row => row.getAs[String]("row_key") -> row.getAs[String]("text"))
      assert(keys.map(_._1).distinct.length === keys.length)
      assert(read.forall(_.getAs[String]("status") != "failed"))
      (
        keys.toMap,
        Option(table("runs").orderBy("started_at").collect().last.getAs[Any]("stopped_by"))
      )
    }
    val whole = folder("budget").resolve("tables")
    assert(review(whole).code === ExitCode.OK)
    val (expected, _) = rows(whole)
    for (
      (limit, some) <- Seq(Seq("--max-tokens", "1") -> true, Seq("--max-time", "PT0.001S") -> false)
    ) {
      val out = folder("budget").resolve("tables")
      val stopped = review(out, limit: _*)
      assert(stopped.code === ExitCode.STOPPED, stopped.err)
      val (begun, reason) = rows(out)
      assert((begun.nonEmpty || !some) && begun.size < expected.size)
      assert(reason === Some(if (some) "tokens" else "time"))
      assert(review(out).code === ExitCode.OK)
      assert(rows(out)._1 === expected)
    }
  }

  test("times and counts are read as people write them, and nonsense is refused") {
    val time = new DurationConverter()
    for (
      (text, seconds) <- Seq("90s" -> 90L, "45m" -> 2700L, "2h" -> 7200L, "1h30m" -> 5400L) ++
        Seq("1d 2h" -> 93600L, "PT2H" -> 7200L, " 2H " -> 7200L)
    ) assert(time.convert(text).toSeconds === seconds, text)
    for (text <- Seq("", "2", "0s", "-1h", "2x", "h", "1.5h", "PT-1H", "soon"))
      intercept[TypeConversionException](time.convert(text))
    val count = new CountConverter()
    for ((text, n) <- Seq("800000" -> 800000L, "800k" -> 800000L, "50M" -> 50000000L))
      assert(count.convert(text) === n, text)
    assert(count.convert("1.5b") === 1500000000L)
    for (text <- Seq("", "0", "-5", "k", "1e6", "5g", "99999999999999999"))
      intercept[TypeConversionException](count.convert(text))
    val refused = audit("generate", "--prompt", "x", "--max-time", "2", "--model", "/none")
    assert(refused.code === ExitCode.USAGE && refused.err.contains("1h30m"))
  }
}
