package org.codeaudit.job.report

import java.time.LocalDate

import scala.jdk.CollectionConverters._

import org.apache.spark.sql.Row
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema
import org.codeaudit.job.command.{ReviewTables, Rows}
import org.codeaudit.rule.RepositoryRules
import org.codeaudit.udf.row.Decisions
import org.scalatest.funsuite.AnyFunSuite

class DecisionsSuite extends AnyFunSuite {
  private val today = LocalDate.of(2027, 1, 31)

  private def finding(values: (String, Any)*): Row = {
    val plain = Seq(
      "path" -> "src/A.java",
      "category" -> "sql-injection",
      "severity" -> "high",
      "fingerprint" -> "0" * 32
    )
    val row = Rows.of(ReviewTables.findings, plain ++ values: _*)
    new GenericRowWithSchema(row.toSeq.toArray, ReviewTables.findings)
  }

  private def decided(by: String, expires: String = null) = finding(
    "suppressed" -> "accepted",
    "suppressed_by" -> by,
    "suppression_reason" -> "then",
    "suppression_expires" -> expires
  )

  /** What a finding says after a report's rules: decision, reason and note. */
  private def now(finding: Row, rules: String = ""): Seq[String] = {
    val decisions = new Decisions(RepositoryRules.parse("rules", rules), today)
    val Seq(row) = decisions.of(Seq(finding).asJava).asScala.toSeq
    val changed = Set("suppressed", "suppressed_by", "suppression_reason", "suppression_expires") ++
      Set("suppression_decided_by", "suppression_note")
    for (column <- ReviewTables.findings.fieldNames if !changed(column))
      assert(row.getAs[Any](column) === finding.getAs[Any](column), column)
    Seq("suppressed", "suppression_reason", "suppression_note").map(row.getAs[String](_))
  }

  private val all = "ignore: [{paths: src/, reason: now, status: false-positive}]"
  private val past = "ignore: [{paths: src/, reason: once, expires: 2027-01-30}]"
  private val gone = "no longer accepted: that expired on 2027-01-30 (once)"
  private val ended = "no longer accepted: that expired on 2027-01-30 (then)"

  test("rules of a report count besides what was recorded, but for remarks in the code") {
    val cases = Seq(
      (finding(), "") -> Seq(null, null, null),
      (finding(), all) -> Seq("false-positive", "now", null),
      (finding("path" -> "lib/A.java"), all) -> Seq(null, null, null),
      (decided("rules"), "") -> Seq("accepted", "then", null),
      (decided("rules"), all) -> Seq("false-positive", "now", null),
      (decided("inline"), all) -> Seq("accepted", "then", null),
      (finding("check" -> "own"), "ignore: [{checks: own, reason: now}]") ->
        Seq("accepted", "now", null),
      (finding("suppression_note" -> "ignored without a reason"), all) ->
        Seq("false-positive", "now", null)
    )
    for (((row, rules), expected) <- cases) assert(now(row, rules) === expected, rules)
  }

  test("what has expired by the day of the report no longer counts") {
    val cases = Seq(
      (decided("rules", "2027-01-31"), "") -> Seq("accepted", "then", null),
      (decided("rules", "2027-01-30"), "") -> Seq(null, null, ended),
      (decided("rules", "2027-01-30"), all) -> Seq("false-positive", "now", null),
      (finding(), past) -> Seq(null, null, gone),
      (decided("rules"), past) -> Seq("accepted", "then", null)
    )
    for (((row, rules), expected) <- cases) assert(now(row, rules) === expected, rules)
  }

  test("what is found in files that a report's rules exclude is suppressed") {
    val excluded = now(finding(), "exclude: src/")
    assert(excluded === Seq("accepted", "the file is excluded by rules", null))
    assert(now(finding("path" -> "lib/A.java"), "exclude: src/") === Seq(null, null, null))
  }
}
