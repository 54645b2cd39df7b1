package org.codeaudit.job.series

import java.time.Instant

import scala.jdk.CollectionConverters._

import org.apache.spark.sql.Row
import org.codeaudit.job.command.Rows
import org.codeaudit.job.source.SparkSuite
import org.codeaudit.udf.row.ReviewSchema

class CoverageTableSuite extends SparkSuite {

  private def made(values: (String, Any)*): Row =
    Rows.of(
      ReviewSchema.MADE,
      Seq("run_id" -> "run", "input_key" -> "i", "path" -> "A.java", "change_kind" -> "file") ++
        Seq("status" -> "ok", "unit_count" -> 1, "rows_due" -> 1) ++ values: _*
    )

  private def unit(number: Int, due: Int, values: (String, Any)*) =
    made(Seq("unit" -> number, "unit_count" -> 3, "rows_due" -> due) ++ values: _*)

  /** What was made of a file, and its outcome, reason, units and how many of them were asked. */
  private val cases = Seq[(String, Seq[Row], Seq[Any])](
    (
      "all units were answered",
      (0 to 2).map(unit(_, 3)),
      Seq("reviewed", null, 3, 3)
    ),
    (
      "of two that earlier runs had left, both were answered",
      Seq(unit(0, 2), unit(2, 2, "status" -> "truncated")),
      Seq("clipped", null, 3, 2)
    ),
    (
      "one failed",
      Seq(unit(0, 2), unit(2, 2, "status" -> "failed", "error_class" -> "OOPS")),
      Seq("failed", "OOPS", 3, 1)
    ),
    (
      "it was skipped",
      Seq(made("status" -> "skipped", "skip_reason" -> "binary")),
      Seq("skipped", "binary", null, 0)
    ),
    (
      "an earlier run has answered it",
      Seq(made("status" -> "unchanged")),
      Seq("unchanged", null, null, 0)
    ),
    (
      "it ended its executor before, and is not asked again",
      Seq(made("status" -> "unchanged", "error_class" -> "POISON_ROW")),
      Seq("failed", "POISON_ROW", null, 0)
    ),
    (
      "a unit of it ended its executor before, and the others were answered",
      Seq(unit(0, 2, "status" -> "unchanged", "error_class" -> "POISON_ROW"), unit(1, 2)),
      Seq("failed", "POISON_ROW", 3, 1)
    ),
    ("a budget left a unit", Seq(unit(0, 3), unit(1, 3)), Nil),
    (
      "one failed and a budget left a unit",
      Seq(unit(0, 3, "status" -> "failed", "error_class" -> "OOPS"), unit(1, 3)),
      Nil
    )
  )

  for ((name, rows, expected) <- cases) {
    test(name) {
      val coverage =
        CoverageTable.of(spark.createDataFrame(rows.asJava, ReviewSchema.MADE), Instant.EPOCH)
      val said = coverage.select("outcome", "reason", "units", "asked").collect().toSeq
      assert(said.flatMap(_.toSeq) === expected)
    }
  }
}
