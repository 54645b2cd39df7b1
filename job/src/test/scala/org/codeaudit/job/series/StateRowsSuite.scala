package org.codeaudit.job.series

import java.sql.Timestamp
import java.time.{Instant, LocalDate}

import scala.jdk.CollectionConverters._

import org.apache.spark.sql.{DataFrame, Row}
import org.apache.spark.sql.types.StructType
import org.codeaudit.job.command.{ReviewTables, Rows}
import org.codeaudit.job.source.SparkSuite
import org.codeaudit.rule.RepositoryRules
import org.codeaudit.udf.row.{Decisions, ReviewSchema}

class StateRowsSuite extends SparkSuite {
  private val decisions = new Decisions(RepositoryRules.NONE, LocalDate.EPOCH)

  private def table(schema: StructType, rows: Seq[Row]): DataFrame =
    spark.createDataFrame(rows.asJava, schema)

  /** A file as a run saw it in some second. */
  private case class Seen(
      path: String,
      second: Int,
      outcome: String = "reviewed",
      held: Option[Seq[String]] = Some(Nil)
  ) {
    def row: Row = Rows.of(
      CoverageTable.SCHEMA,
      "run_id" -> s"run$second",
      "seen_at" -> new Timestamp(1000L * second),
      "repository" -> "r",
      "path" -> path,
      "input_key" -> s"$path $second",
      "outcome" -> outcome,
      "change_kind" -> "file",
      "held_code" -> held.orNull
    )
  }

  /** What a run said of the finding in some second. */
  private def stated(path: String, second: Int, state: String = "new"): Row = Rows.of(
    States.SCHEMA,
    "run_id" -> s"run$second",
    "stated_at" -> new Timestamp(1000L * second),
    "first_seen_at" -> new Timestamp(1000L * second),
    "repository" -> "r",
    "identity" -> "x",
    "fingerprint" -> "x",
    "path" -> path,
    "state" -> state,
    "change_kind" -> "file",
    "code_sha" -> "sha"
  )

  /** What the run in the last second, which finds nothing, says of the finding. */
  private def said(seen: Seq[Seen], earlier: Row*): Seq[(String, String)] = {
    val last = seen.map(_.second).max
    val (own, before) = seen.partition(_.second == last)
    StateRows
      .states(
        s"run$last",
        table(CoverageTable.SCHEMA, own.map(_.row)),
        table(CoverageTable.SCHEMA, before.map(_.row)),
        table(ReviewSchema.REVIEWS, Nil),
        table(ReviewTables.findings, Nil),
        table(States.SCHEMA, earlier),
        decisions
      )
      .collect()
      .toSeq
      .map(row => row.getAs[String]("state") -> row.getAs[String]("path"))
  }

  test("where a file was searched for a finding's code, it is fixed if that is not there") {
    val first = Seen("A", 1)
    val known = stated("A", 1)
    val cases = Seq(
      Some(Seq("x")) -> Seq("not_reproduced" -> "A"),
      Some(Seq("y")) -> Seq("fixed" -> "A"),
      Some(Nil) -> Seq("fixed" -> "A"),
      None -> Nil // the search has failed
    )
    for ((held, states) <- cases)
      assert(said(Seq(first, Seen("A", 2, held = held)), known) === states, held)
  }
}
