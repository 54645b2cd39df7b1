package org.codeaudit.bench.models

import java.nio.file.{Files, Path}

import org.apache.spark.sql.Row
import org.codeaudit.AuditException
import org.codeaudit.udf.row.RowBuilder
import org.scalatest.funsuite.AnyFunSuite

import scala.jdk.CollectionConverters._

class JudgeSuite extends AnyFunSuite {
  test("the score is the last one that the judge names, from 1 to 5") {
    val cases = Seq(
      "Right, but slow.\nScore: 4" -> 4,
      "**Score: 3**" -> 3,
      "score - 2." -> 2,
      "A score: 1 would be unfair.\n\nScore: **5**\n" -> 5
    )
    for ((text, score) <- cases) assert(Judge.score(text) == score, text)
    for (
      text <- Seq("", "Good.", "Score: N", "Score: 6", "Score: 10", "Score: 4.5", "underscore: 3")
    )
      assert(Judge.score(text) == null, text)
  }

  test("a rubric has a place for the answer, and no place that nothing fills") {
    val root = Path.of(System.getProperty("codeaudit.root"))
    val committed = Files.readString(root.resolve("data/prompts/rubric.md"))
    assert(Judge.usable(committed) == committed)
    for (rubric <- Seq("Rate it.", "{{prompt}}", "{{answer}} {{answers}}"))
      intercept[AuditException](Judge.usable(rubric))
  }

  test("a mean is over the answers that have a score, of one model") {
    def row(run: String, score: Integer): Row =
      new RowBuilder(Judge.JUDGEMENTS).set("run_id", run).set("score", score).build()
    val rows = Seq(row("a", 2), row("a", null), row("a", 5), row("b", 1), row("c", null)).asJava
    assert(Judge.mean(rows, "a").getAsDouble == 3.5)
    assert(Judge.mean(rows, "c").isEmpty)
  }
}
