package org.codeaudit.job.report

import java.sql.Timestamp

import scala.jdk.CollectionConverters._
import org.codeaudit.job.command.{ReviewTables, Rows}
import org.codeaudit.job.series.CoverageTable
import org.codeaudit.job.source.SparkSuite
import org.codeaudit.udf.row.ReviewSchema

class LatestFindingsSuite extends SparkSuite {
  private case class Asked(
      key: String,
      input: String,
      attempt: Int = 1,
      second: Int = 0,
      path: String = "A.java",
      kind: String = "file",
      commit: String = null,
      repository: String = "r",
      prompt: String = "checks",
      units: Int = 1,
      status: String = "ok"
  )

  private def reviews(asked: Seq[Asked]) = spark.createDataFrame(
    asked.map { one =>
      Rows.of(
        ReviewSchema.REVIEWS,
        "row_key" -> one.key,
        "input_key" -> one.input,
        "attempt" -> one.attempt,
        "started_at" -> new Timestamp(1000L * one.second),
        "path" -> one.path,
        "change_kind" -> one.kind,
        "commit_id" -> one.commit,
        "repository" -> one.repository,
        "prompt_name" -> one.prompt,
        "unit_count" -> one.units,
        "status" -> one.status
      )
    }.asJava,
    ReviewSchema.REVIEWS
  )

  private case class Seen(
      path: String,
      input: String,
      second: Int,
      outcome: String = "reviewed",
      kind: String = "file"
  )

  private def coverage(seen: Seen*) = spark.createDataFrame(
    seen.map { one =>
      Rows.of(
        CoverageTable.SCHEMA,
        "run_id" -> s"run${one.second}",
        "seen_at" -> new Timestamp(1000L * one.second),
        "repository" -> "r",
        "path" -> one.path,
        "input_key" -> one.input,
        "outcome" -> one.outcome,
        "change_kind" -> one.kind
      )
    }.asJava,
    CoverageTable.SCHEMA
  )

  test("of a file that stands which the last run saw that could read it") {
    val asked = Seq(Asked("a", "old"), Asked("b", "new", second = 9))
    val cases = Seq(
      Seq(Seen("A.java", "old", 0), Seen("A.java", "new", 9)) -> Set("b"),
      Seq(Seen("A.java", "new", 9), Seen("A.java", "old", 20, "unchanged")) -> Set("a"),
      Seq(Seen("A.java", "new", 9), Seen("A.java", "newer", 20, "failed")) -> Set("b"),
      Seq(Seen("A.java", "new", 9), Seen("A.java", "new", 20, "gone")) -> Set.empty[String],
      Seq(Seen("A.java", "x", 20, "unchanged", "modified"), Seen("B.java", "y", 20)) -> Set("b")
    )
    for ((seen, keys) <- cases) {
      val stand = LatestFindings.reviews(reviews(asked), coverage(seen: _*)).select("row_key")
      assert(stand.collect().map(_.getString(0)).toSet === keys, seen)
    }
  }

  private def standing(asked: Asked*): Set[(String, Int)] =
    LatestFindings
      .reviews(reviews(asked), coverage())
      .select("row_key", "attempt")
      .collect()
      .map(row => row.getString(0) -> row.getInt(1))
      .toSet

  test("of a unit the last attempt stands") {
    assert(
      standing(Asked("a", "i"), Asked("a", "i", attempt = 2, second = 9)) == Set("a" -> 2)
    )
  }

  test("of a file the state stands that was asked about last, with all its units") {
    val asked = Seq(
      Asked("old 0", "before", second = 1, units = 2),
      Asked("old 1", "before", second = 5, units = 2),
      Asked("new 0", "after", second = 7, units = 2),
      Asked("new 1", "after", second = 8, units = 2),
      Asked("other", "else", path = "B.java"),
      Asked("elsewhere", "else", repository = "s")
    )
    assert(
      standing(asked: _*) ==
        Set("new 0" -> 1, "new 1" -> 1, "other" -> 1, "elsewhere" -> 1)
    )
  }

  test("a state of which units are missing or failed takes the place of no complete one") {
    val before = Seq(Asked("old 0", "before", units = 2), Asked("old 1", "before", units = 2))
    val cut = Asked("new 0", "after", second = 9, units = 2)
    val failed = Asked("new 1", "after", second = 9, units = 2, status = "failed")
    val old = Set("old 0" -> 1, "old 1" -> 1)
    assert(standing(before :+ cut: _*) == old)
    assert(standing(before :+ cut :+ failed: _*) == old)
    val whole = standing(before :+ cut :+ failed.copy(status = "skipped"): _*)
    assert(whole.map(_._1) == Set("new 0", "new 1"))
    assert(standing(cut) == Set("new 0" -> 1), "something rather than nothing")
  }

  test("each commit's changes stand for themselves") {
    val asked = Seq(
      Asked("one", "x", kind = "modified", commit = "c1", second = 1),
      Asked("two", "y", kind = "modified", commit = "c2", second = 2)
    )
    assert(standing(asked: _*).map(_._1) == Set("one", "two"))
  }

  test("rows are chosen by themselves within the columns that part them") {
    val asked = Seq(Asked("old", "before", second = 1), Asked("new", "after", second = 2))
    val runs = reviews(asked).crossJoin(spark.range(2).toDF("as_of"))
    val seen = runs.where("as_of = 1 or row_key = 'old'")
    val stand = LatestFindings.reviews(seen, coverage().selectExpr("*", "1 AS as_of"), "as_of")
    assert(
      stand
        .select("as_of", "row_key")
        .collect()
        .map(row => row.getLong(0) -> row.getString(1))
        .toSet ==
        Set(0L -> "old", 1L -> "new")
    )
    val findings = spark.createDataFrame(
      Seq("old", "new")
        .map(key =>
          Rows.of(
            ReviewTables.findings,
            "row_key" -> key,
            "attempt" -> 1,
            "fingerprint" -> "same",
            "prompt_name" -> "review"
          )
        )
        .asJava,
      ReviewTables.findings
    )
    val shown = LatestFindings.of(stand, findings, 0, "as_of").select("as_of", "row_key")
    assert(
      shown.collect().map(row => row.getLong(0) -> row.getString(1)).toSet ==
        Set(0L -> "old", 1L -> "new")
    )
  }

  test("what was judged for another tool is no finding of ours") {
    assert(standing(Asked("a", "i", prompt = "triage")).isEmpty)
  }

  test("findings stand with their row, once each, from a confidence on where that is one") {
    val rows = reviews(Seq(Asked("a", "i"), Asked("b", "j", path = "B.java", prompt = "review")))
    def finding(
        key: String,
        print: String,
        sure: Double,
        prompt: String = "checks",
        line: Int = 1,
        kind: String = "modified"
    ) =
      Rows.of(
        ReviewTables.findings,
        "row_key" -> key,
        "attempt" -> 1,
        "repository" -> "r",
        "path" -> "A.java",
        "fingerprint" -> print,
        "confidence" -> sure,
        "prompt_name" -> prompt,
        "line_start" -> line,
        "finding_id" -> s"$key $print $line",
        "change_kind" -> kind
      )
    val findings = spark.createDataFrame(
      Seq(
        finding("a", "same", 0.4, line = 1),
        finding("a", "same", 0.9, line = 2),
        finding("a", "unsure", 0.2),
        finding("b", "open", 0.1, "review"),
        finding("a", "twice in a file", 0.8, line = 1, kind = "file"),
        finding("a", "twice in a file", 0.8, line = 2, kind = "file"),
        finding("gone", "gone", 0.9)
      ).asJava,
      ReviewTables.findings
    )
    val shown = LatestFindings
      .of(LatestFindings.reviews(rows, coverage()), findings, 0.3)
      .select("fingerprint", "line_start")
      .collect()
      .map(row => row.getString(0) -> row.getInt(1))
      .toSet
    val twice = Set("twice in a file" -> 1, "twice in a file" -> 2)
    assert(shown == Set("same" -> 2, "open" -> 1) ++ twice)
  }
}
