package org.codeaudit.job.sink
import java.util.{Optional, OptionalLong}

import scala.jdk.CollectionConverters._

import org.codeaudit.job.source.SparkSuite

class RunSummarySuite extends SparkSuite {
  private def summary(rows: String*): RunSummary = {
    val columns =
      "status, arithmetic, model_load_ns, skip_reason, error_class, prompt_tokens, cached_tokens, " +
        "forced_tokens, generated_tokens, model_id, model_revision, precision"
    val table = spark.sql(
      s"select *, 10L, 1L, 2L, 3L, 'm', 'r', 'bf16' from values ${rows.mkString(", ")}"
    )
    RunSummary.of(table.toDF(columns.split(", ").toSeq: _*))
  }

  test("a run on processors of several kinds says all the arithmetic there was") {
    val mixed = summary(
      "('ok', 'exact', 5L, null, null)",
      "('truncated', 'bf16', 7L, null, null)",
      "('ok', 'exact', null, null, null)",
      "('skipped', null, null, 'binary', null)",
      "('failed', null, null, null, 'UNIT_TOO_LONG')"
    )
    assert(mixed.arithmetic === Optional.of("bf16, exact"))
    assert(mixed.rows === 5 && mixed.ok === 2 && mixed.truncated === 1)
    assert(mixed.promptTokens === 50 && mixed.modelLoadNanos === OptionalLong.of(7))
    assert(mixed.skippedBy.get("binary") === 1 && mixed.failedBy.get("UNIT_TOO_LONG") === 1)
  }

  test("extensions that no language is known for are counted, most frequent first, and no others") {
    val paths = Seq("a.qqq", "x/b.QQQ", "x.y/c", "d.zz", "e.qqq", "f.of so many characters", "g")
    val unknown = paths.map(path => s"('skipped', 'no known language', '$path')")
    val others = Seq("('skipped', 'binary', 'logo.png')", "('ok', null, 'A.java')")
    val rows = spark
      .sql(s"select * from values ${(unknown ++ others).mkString(", ")}")
      .toDF("status", "skip_reason", "path")
    val nothing = Seq("arithmetic", "error_class", "model_id", "model_revision", "precision")
    val zero = "model_load_ns" +:
      Seq("prompt", "cached", "forced", "generated").map(_ + "_tokens")
    val table = rows.selectExpr(
      "*" +: (nothing.map("string(null) AS " + _) ++ zero.map("0L AS " + _)): _*
    )
    val counted = RunSummary.of(table).unknownExtensions.asScala.toSeq
    assert(counted === Seq("" -> 3L, ".qqq" -> 3L, ".zz" -> 1L))
  }

  test("a run that asked nothing names none") {
    assert(summary("('skipped', null, null, 'binary', null)").arithmetic === Optional.empty())
  }
}
