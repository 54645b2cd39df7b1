package org.codeaudit.job.report.html

import java.sql.Timestamp

import scala.jdk.CollectionConverters._
import org.apache.spark.sql.{DataFrame, Row}
import org.apache.spark.sql.types.StructType
import org.codeaudit.job.command.{ReviewTables, Rows}
import org.codeaudit.job.report.LatestFindings
import org.codeaudit.job.series.{CoverageTable, States}
import org.codeaudit.job.sink.RunSchema
import org.codeaudit.job.source.SparkSuite
import org.codeaudit.udf.row.ReviewSchema

/** Pages of tables that no run has written. */
abstract class PageSuite extends SparkSuite {

  /** A unit of a file that was reviewed whole; a file is one state of it. */
  protected def review(key: String, path: String, more: (String, Any)*): Row = {
    val plain = Seq[(String, Any)](
      "run_id" -> "run-1",
      "row_key" -> key,
      "input_key" -> s"state of $key",
      "attempt" -> 1,
      "unit_count" -> 1,
      "repository" -> "app",
      "path" -> path,
      "change_kind" -> "file",
      "prompt_name" -> "checks",
      "status" -> "ok",
      "started_at" -> new Timestamp(0)
    )
    Rows.of(ReviewSchema.REVIEWS, plain ++ more: _*)
  }

  /** A finding in that unit. */
  protected def finding(key: String, print: String, path: String, more: (String, Any)*): Row = {
    val plain = Seq[(String, Any)](
      "run_id" -> "run-1",
      "row_key" -> key,
      "attempt" -> 1,
      "finding_id" -> s"$key $print",
      "fingerprint" -> print,
      "repository" -> "app",
      "path" -> path,
      "change_kind" -> "file",
      "prompt_name" -> "checks",
      "language" -> "java",
      "category" -> "sql-injection",
      "cwe" -> "CWE-89",
      "severity" -> "high",
      "confidence" -> 0.8,
      "message" -> "A query is put together.",
      "quote" -> "query(\"select \" + name);",
      "side" -> "new",
      "line_start" -> 3,
      "line_end" -> 3
    )
    Rows.of(ReviewTables.findings, plain ++ more: _*)
  }

  protected def run(id: String, more: (String, Any)*): Row = {
    val plain = Seq[(String, Any)]("run_id" -> id, "command" -> "review")
    Rows.of(RunSchema.RUNS, plain ++ more: _*)
  }

  /** The page of the tables, as text. */
  protected def page(
      reviews: Seq[Row],
      findings: Seq[Row],
      runs: Seq[Row] = Nil,
      states: Seq[Row] = Nil,
      least: Double = 0.5
  ): String = {
    def table(rows: Seq[Row], schema: StructType): DataFrame =
      spark.createDataFrame(rows.asJava, schema)
    val tables = new HtmlReport.Tables(
      table(reviews, ReviewSchema.REVIEWS),
      table(Nil, CoverageTable.SCHEMA),
      table(findings, ReviewTables.findings),
      table(states, States.SCHEMA),
      table(runs, RunSchema.RUNS)
    )
    val standing = LatestFindings.reviews(tables.reviews, tables.coverage)
    val found = LatestFindings.of(standing, tables.findings, least).collectAsList()
    val repository = ReviewSchema.REVIEWS.fieldIndex("repository")
    val names = reviews.map(_.getString(repository)).toSet.asJava
    val choice = new HtmlReport.Choice("nightly", names, false, least)
    new String(HtmlReport.of("1.2", tables, choice, standing, found), "UTF-8")
  }
}

object PageSuite {

  /** What a repository or a model may say to get out of the place it is shown in. */
  val hostile: Seq[String] = Seq(
    "</script><script>window.stolen = 1</script>",
    "</style><img src=x onerror='window.stolen = 1'>",
    "\" autofocus onfocus=\"window.stolen = 1",
    "' onmouseover='window.stolen = 1",
    "<!-- ]]> <![CDATA[ --> &lt;b&gt; &#60;",
    "</article></code></pre><svg onload=window.stolen=1>",
    "javascript:window.stolen=1",
    "${7*7} @if(true) {{7*7}} #{7*7}"
  )
}
