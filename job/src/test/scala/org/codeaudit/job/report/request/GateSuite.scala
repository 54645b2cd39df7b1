package org.codeaudit.job.report.request

import scala.jdk.CollectionConverters._

import org.apache.spark.sql.Row
import org.codeaudit.finding.Severity
import org.codeaudit.job.report.FindingRows.row
import org.scalatest.funsuite.AnyFunSuite

class GateSuite extends AnyFunSuite {
  private def shut(gate: String, isNew: Row => Boolean, findings: Row*): Seq[String] =
    Gate
      .parse(gate)
      .shutBy(findings.asJava, row => isNew(row))
      .asScala
      .map(_.getAs[String]("fingerprint"))
      .toSeq

  private val findings = Severity.values.toSeq.map { severity =>
    row("severity" -> severity.columnValue, "fingerprint" -> severity.columnValue)
  }

  test("a gate is a severity, or new: and one, in any case") {
    for (text <- Seq("critical", "high", "medium", "low", "info", "new:critical", "new:info"))
      assert(Gate.parse(text).toString === text)
    assert(Gate.parse(" NEW:High ") === new Gate(Severity.HIGH, true))
    assert(Gate.parse("Low") === new Gate(Severity.LOW, false))
  }

  for (text <- Seq("", "new:", "new", "hihg", "new:new:high", "high:new", "old:high", "high,low"))
    test(s"'$text' is no gate") {
      val refused = intercept[IllegalArgumentException](Gate.parse(text))
      assert(refused.getMessage.contains(s"'$text' is no gate: it is one of critical, high, "))
    }

  test("findings of at least its severity shut it, the gravest first") {
    val order = Severity.values.toSeq.map(_.columnValue)
    for (least <- order) {
      val expected = order.take(order.indexOf(least) + 1)
      assert(shut(least, _ => fail("nobody asked what is new"), findings.reverse: _*) === expected)
    }
    assert(shut("info", _ => true) === Nil)
  }

  test("of a gate for what is new the others do not count") {
    val isNew = (row: Row) => row.getAs[String]("fingerprint") != "critical"
    assert(shut("new:high", isNew, findings: _*) === Seq("high"))
    assert(shut("high", isNew, findings: _*) === Seq("critical", "high"))
    assert(shut("new:critical", isNew, findings: _*) === Nil)
  }

  test("one sentence says which findings shut it, on one line") {
    def sentence(findings: Row*): String = Gate.parse("new:high").sentence(findings.asJava)
    assert(sentence() === "The gate new:high is open: no finding shuts it.")
    assert(
      sentence(row("path" -> "a\nb.java")) ===
        "The gate new:high is shut by 1 finding: critical a[U+000A]b.java:7 sql-injection."
    )
    val many = sentence((1 to 7).map(i => row("fingerprint" -> s"f$i", "line_start" -> i)): _*)
    assert(many.startsWith("The gate new:high is shut by 7 findings: critical src/A.java:1 sql-"))
    assert(many.endsWith(", critical src/A.java:5 sql-injection, and 2 more."))
  }
}
