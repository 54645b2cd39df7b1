package org.codeaudit.job.series

import java.nio.file.Files
import java.sql.Timestamp
import java.time.{Instant, LocalDate}

import scala.jdk.CollectionConverters._

import org.apache.spark.sql.{DataFrame, Row}
import org.apache.spark.sql.types.StructType
import org.codeaudit.job.audit.ModelStep
import org.codeaudit.job.command.{ReviewTables, Rows}
import org.codeaudit.job.sink.{Existing, OutputFolder}
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

  /** What a run said of a finding in some second. */
  private def stated(path: String, second: Int, finding: String = "x", run: String = "run1") =
    Rows.of(
      States.SCHEMA,
      "run_id" -> run,
      "stated_at" -> new Timestamp(1000L * second),
      "first_seen_at" -> new Timestamp(1000L * second),
      "repository" -> "r",
      "identity" -> finding,
      "fingerprint" -> finding,
      "path" -> path,
      "state" -> "new",
      "change_kind" -> "file",
      "code_sha" -> "sha"
    )

  /** What the run in the last second, which finds nothing, says of the finding. */
  private def said(seen: Seq[Seen], earlier: Row*): Seq[(String, String)] =
    states(seen, earlier).map(row => row.getAs[String]("state") -> row.getAs[String]("path"))

  private def states(seen: Seq[Seen], earlier: Seq[Row]): Seq[Row] = {
    val last = seen.map(_.second).max
    val (own, before) = seen.partition(_.second == last)
    StateRows
      .states(
        s"run$last",
        Instant.ofEpochSecond(last),
        table(CoverageTable.SCHEMA, own.map(_.row)),
        table(CoverageTable.SCHEMA, before.map(_.row)),
        table(ReviewSchema.REVIEWS, Nil),
        table(ReviewTables.findings, Nil),
        table(States.SCHEMA, earlier),
        decisions
      )
      .collect()
      .toSeq
  }

  test("a finding whose code has gone to a file that was not read waits until that one is read") {
    val known = stated("A", 1)
    val held = Some(Seq("x"))
    val away = Seq(Seen("A", 1), Seen("A", 2, "gone", None))
    val cases = Seq(
      Seq(Seen("B", 2, held = held)) -> Seq("not_reproduced" -> "B"),
      Seq(Seen("B", 2, "failed", held)) -> Nil,
      Seq(Seen("B", 2, "skipped", held)) -> Nil,
      Seq(Seen("B", 2, "failed", held), Seen("C", 2, "clipped", held)) ->
        Seq("not_reproduced" -> "C"),
      Seq(Seen("B", 2)) -> Seq("fixed" -> "A")
    )
    for ((files, states) <- cases) assert(said(away ++ files, known) === states, files)
  }

  /** What a run says at its end of the finding, of which the runs before it said nothing since the
    * first, and which files are gone since.
    */
  private def atEnd(seen: Seq[Seen], whole: Boolean): (Seq[(String, String)], Seq[String]) = {
    val out = Files.createTempDirectory("series").resolve("tables")
    val write = (name: String, rows: DataFrame) => rows.write.parquet(out.resolve(name).toString)
    write("coverage", table(CoverageTable.SCHEMA, seen.map(_.row)))
    write("states", table(States.SCHEMA, Seq(stated("A", 1))))
    write("reviews", table(ReviewSchema.REVIEWS, Nil))
    write("findings", table(ReviewTables.findings, Nil))
    val last = seen.map(_.second).max
    val tables = List("reviews", "findings", "coverage", "states").asJava
    val folder =
      OutputFolder.open(spark, out.toString, s"run$last", Existing.RESUME, "parquet", tables)
    try {
      val end = new ModelStep.EndOfRun(s"run$last", whole)
      val rows = Series.OWN
        .atEnd(folder, ReviewTables.findings, end, Instant.ofEpochSecond(last), decisions)
        .asScala
      val states = rows("states").select("state", "path").collect().toSeq
      val gone = rows.get("coverage").toSeq.flatMap(_.select("path").collect().map(_.getString(0)))
      (states.map(row => row.getString(0) -> row.getString(1)), gone)
    } finally folder.close()
  }

  test(
    "what waited for a file to be read is said once that is read, though the first is long gone"
  ) {
    val held = Some(Seq("x"))
    val before =
      Seq(Seen("A", 1), Seen("A", 2, "gone", None), Seen("B", 2, "failed", held))
    val cases = Seq(
      (Seen("B", 3, held = held), true, Seq("not_reproduced" -> "B"), Nil),
      (Seen("B", 3, "failed", held), true, Nil, Nil),
      (Seen("B", 3), true, Seq("fixed" -> "A"), Nil),
      (Seen("C", 3, held = held), true, Seq("not_reproduced" -> "C"), Seq("B")),
      (Seen("C", 3), true, Seq("fixed" -> "A"), Seq("B")),
      (Seen("C", 3), false, Nil, Nil) // a budget may have left the file
    )
    for ((file, whole, states, gone) <- cases)
      assert(atEnd(before :+ file, whole) === (states -> gone), file)
  }

  test("the run before is the one that spoke last, whatever the clocks made of the runs' names") {
    val earlier = Seq(stated("A", 1, run = "run9"), stated("A", 2, "y", "run2"))
    val rows = states(Seq(Seen("A", 1), Seen("A", 2), Seen("A", 3)), earlier)
    assert(rows.map(_.getAs[String]("compared_with")) === Seq("run2", "run2"))
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
