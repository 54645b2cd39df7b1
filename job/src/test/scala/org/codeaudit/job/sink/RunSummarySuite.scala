package org.codeaudit.job.sink

import java.util.{Optional, OptionalLong}

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

  test("a run that asked nothing names none") {
    assert(summary("('skipped', null, null, 'binary', null)").arithmetic === Optional.empty())
  }
}
