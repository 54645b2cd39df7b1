package org.codeaudit.job.eval.answers

import java.util.Optional

import scala.jdk.CollectionConverters._
import org.apache.spark.sql.types.{DoubleType, IntegerType, LongType, StringType, StructType}
import org.apache.spark.sql.{DataFrame, Row}
import org.codeaudit.finding.Category
import org.codeaudit.job.eval.Units
import org.codeaudit.job.eval.dataset.{EvaluationSet, EvaluationUnit, LineRange}
import org.codeaudit.job.sink.RunSchema
import org.codeaudit.job.source.SparkSuite
import org.codeaudit.udf.row.ReviewSchema

class ReviewedRowsSuite extends SparkSuite {
  private val patch = "--- a/src/B.java\n+++ b/src/B.java\n@@ -1 +1 @@\n-a\n+b\n"
  private val file = Units.unit("file")
  private val diff = new EvaluationUnit(
    "diff",
    Optional.empty(),
    Optional.empty(),
    Optional.empty(),
    Optional.empty(),
    "java",
    "src/B.java",
    new EvaluationUnit.Text(patch, true),
    1,
    java.util.List.of()
  )
  private val set = EvaluationSet.of("set", Seq(file, diff, Units.unit("silent")).asJava)
  private lazy val units = UnitRows.changes(spark, set)
  private lazy val sha: Map[String, String] =
    units.collect().map(r => r.getAs[String]("repository") -> r.getAs[String]("content_sha")).toMap

  /** A row of a schema: what is given by name, and of what must not be null something. */
  private def row(schema: StructType, values: (String, Any)*): Row = {
    val named = values.toMap
    assert(named.keySet.subsetOf(schema.fieldNames.toSet))
    Row.fromSeq(schema.fields.toSeq.map { field =>
      named.getOrElse(
        field.name,
        if (field.nullable) null
        else
          field.dataType match {
            case StringType  => ""
            case IntegerType => 0
            case LongType    => 0L
            case DoubleType  => 0.0
            case _           => new java.sql.Timestamp(0)
          }
      )
    })
  }

  private def finding(values: (String, Any)*): Row = row(ReviewSchema.FINDING, values: _*)

  private def check(category: String, screen: Double, verdict: Any = null): Row =
    row(
      ReviewSchema.CHECK,
      "category" -> category,
      "screen_score" -> screen,
      "confidence" -> verdict
    )

  private def review(unit: String, key: String, values: (String, Any)*): Row = {
    val path = if (unit == "diff") "src/B.java" else Units.path
    val defaults = Map[String, Any](
      "repository" -> unit,
      "row_key" -> key,
      "path" -> path,
      "content_sha" -> sha(unit),
      "attempt" -> 1,
      "status" -> "ok"
    )
    row(ReviewSchema.REVIEWS, (defaults ++ values).toSeq: _*)
  }

  private def read(rows: Row*): ReviewedRows = ReviewedRows.of(set, units, frame(rows))

  private def frame(rows: Seq[Row]): DataFrame =
    spark.createDataFrame(rows.asJava, ReviewSchema.REVIEWS)

  test("units become rows of files and of patches, named by their ids") {
    val rows = units.collect().map(r => r.getAs[String]("repository") -> r).toMap
    assert(rows.keySet == Set("file", "diff", "silent"))
    assert(value(rows("file"), "content").contains("code") && value(rows("file"), "diff").isEmpty)
    assert(value(rows("diff"), "diff").exists(_.startsWith("@@ -1 +1 @@")))
    assert(value(rows("diff"), "path").contains("src/B.java"))
    assert(rows.values.forall(r => value(r, "skip_reason").isEmpty))
  }

  test("findings of all parts of a unit are what was said of it, with lines of the new side only") {
    val read = this.read(
      review(
        "file",
        "part 1",
        "findings" -> Seq(
          finding(
            "category" -> "sql-injection",
            "cwe" -> "CWE-89",
            "confidence" -> 0.7,
            "side" -> "new",
            "line_start" -> 3,
            "line_end" -> 4,
            "fingerprint" -> "f"
          ),
          finding("category" -> "own words", "side" -> "old", "line_start" -> 3, "line_end" -> 3)
        )
      ),
      review("file", "part 2", "findings" -> Seq(finding("category" -> "deadlock")))
    )
    val said = read.review.units.get(0).findings.asScala
    assert(said.map(_.category) == Seq(Category.SQL_INJECTION, Category.OTHER, Category.DEADLOCK))
    assert(said.head.lines.get == new LineRange(3, 4) && said.head.cwe.get == "CWE-89")
    assert(said.head.confidence.getAsDouble == 0.7 && said.head.fingerprint == "f")
    assert(said.head.path == Units.path)
    assert(said(1).lines.isEmpty && said(1).confidence.isEmpty && said(2).lines.isEmpty)
  }

  test("a unit that was not answered whole says why, and one without a row too") {
    val table = Seq(
      Seq("status" -> "skipped", "skip_reason" -> "vendored") -> "skipped: vendored",
      Seq("status" -> "failed", "error_class" -> "POISON_ROW") -> "failed: POISON_ROW",
      Seq("status" -> "truncated") -> "truncated"
    )
    for ((values, reason) <- table) {
      val units = read(review("file", "a"), review("file", "b", values: _*)).review.units.asScala
      assert(units.head.notReviewed.get == reason)
      assert(units(2).notReviewed.get == "no row")
    }
    assert(read(review("file", "a")).review.units.get(0).notReviewed.isEmpty)
  }

  test("the latest attempt counts, and rows about what a unit was before do not") {
    val old = review("file", "old", "content_sha" -> "other", "prompt_tokens" -> 1000)
    val read = this.read(
      review("file", "a", "status" -> "failed", "error_class" -> "X"),
      old,
      review("file", "a", "attempt" -> 2, "prompt_tokens" -> 7)
    )
    assert(read.review.units.get(0).notReviewed.isEmpty)
    val runs = spark.createDataFrame(
      Seq(
        row(RunSchema.RUNS, "seconds" -> 2.5, "model_load_ns" -> 1500000000L),
        row(RunSchema.RUNS, "seconds" -> 1.5)
      ).asJava,
      RunSchema.RUNS
    )
    val usage = read.usage(runs)
    assert(usage.promptTokens == 7 && usage.generatedTokens == 0 && usage.lines == 201)
    assert(usage.wallSeconds == 4 && usage.loadSeconds == 1.5)
  }

  test("what a row took is the model's share of steps and its tokens, however it was computed") {
    val rows = read(
      review(
        "file",
        "a",
        "prompt_tokens" -> 10,
        "cached_tokens" -> 4,
        "generated_tokens" -> 3,
        "prefill_ns" -> 1000000000L,
        "decode_ns" -> 500000000L,
        "model_id" -> "m",
        "prompt_name" -> "checks",
        "prompt_version" -> "a1b2",
        "precision" -> "bf16",
        "arithmetic" -> "exact"
      ),
      review("diff", "b", "status" -> "skipped", "skip_reason" -> "x")
    )
    val usage = rows.usage(spark.createDataFrame(java.util.List.of[Row](), RunSchema.RUNS))
    assert(usage.computedTokens == 6 && usage.cachedTokens == 4 && usage.generatedTokens == 3)
    assert(usage.modelSeconds == 1.5 && usage.wallSeconds == 0)
    assert(rows.asked == "checks a1b2 in bf16 exact")
  }

  test("scores of checks are the highest of their category, over all parts of a unit") {
    val unit = read(
      review("file", "a", "checks" -> Seq(check("deadlock", -1), check("sql-injection", 2, 0.5))),
      review("file", "b", "checks" -> Seq(check("deadlock", 1.5), check("deadlock", 0)))
    ).review.units.get(0)
    assert(unit.scores.asScala == Map(Category.DEADLOCK -> 1.5, Category.SQL_INJECTION -> 2.0))
    assert(unit.confidences.asScala == Map(Category.SQL_INJECTION -> 0.5))
  }
}
