package org.codeaudit.udf.run
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema
import org.apache.spark.sql.Row
import org.apache.spark.util.LongAccumulator
import org.codeaudit.code.CheckCommands
import org.codeaudit.generate.{EngineCache, EngineSettings}
import org.codeaudit.model.{ModelSettings, Precision}
import org.codeaudit.udf.GenerateFunction
import org.codeaudit.udf.row.GenerationSchema
import org.codeaudit.udf.setting.{AnswerSettings, CheckpointLoader, GenerateSettings}
import org.scalatest.funsuite.AnyFunSuite

class RunBudgetSuite extends AnyFunSuite {
  private val checkpoint =
    Path.of(sys.props("codeaudit.root")).resolve("data/golden/qwen3-tiny").toString
  private val batch = 2
  private val prompts = "wait" +: Seq.fill(60)("go on")

  /** The rows that come back of as many as a budget allows. */
  private def rows(limit: Long, prompts: Seq[String], stop: String*): Seq[Row] = {
    val settings = new AnswerSettings(
      "run",
      new CheckpointLoader(),
      new ModelSettings(checkpoint, Precision.F32, 4096, 1),
      "revision",
      EngineSettings.DEFAULT.withMaxRunning(batch).withDraftLength(0),
      800,
      false
    )
    val sampling = new GenerateSettings(0.0, null, null, null, 0, stop.asJava)
    val marker = Files.createTempDirectory("budget").resolve("stop").toString
    val budget = new RunBudget(s"run of $limit", marker, limit, new LongAccumulator)
    val run = new RunContext(new ProgressAccumulator(), null, null, budget)
    val asked = prompts.zipWithIndex.map { case (prompt, id) =>
      new GenericRowWithSchema(
        Array[Any](id.toString, prompt, null, null, null, null, null),
        GenerationSchema.PROMPTS
      ): Row
    }
    try {
      val function = new GenerateFunction(settings, sampling, CheckCommands.NONE, run)
      function.call(asked.iterator.asJava).asScala.toList
    } finally EngineCache.shared().clear()
  }

  private def tokens(row: Row): Int =
    row.getAs[Int]("prompt_tokens") + row.getAs[Int]("generated_tokens")

  test("tokens are used when an answer is there, though its row waits for one before it") {
    val stop = rows(Long.MaxValue, prompts.takeRight(1)).head.getAs[String]("text").take(4)
    val all = rows(Long.MaxValue, prompts, stop)
    assert(all.size === prompts.size)
    val Seq(slow, quick) = all.take(2).map(tokens)
    assert(slow > 300 && quick < 50)

    val some = rows(10 * quick, prompts, stop)
    // The tenth reached the limit, perhaps with another; a batch ran then, the slow one in it.
    assert(some.map(tokens).sum >= 10 * quick && some.size <= 11 + batch)
    assert(some.map(_.getAs[String]("id")) === some.indices.map(_.toString))
  }
}
