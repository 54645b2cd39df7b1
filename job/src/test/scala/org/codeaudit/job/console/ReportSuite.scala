package org.codeaudit.job.console
import java.io.{PrintWriter, StringWriter}
import java.util.{Map => JavaMap, Optional, OptionalLong}

import org.apache.spark.sql.DataFrame
import org.codeaudit.job.command.Rows

import org.codeaudit.job.audit.AuditRun
import org.codeaudit.job.sink.RunSummary
import org.codeaudit.job.source.SparkSuite

class ReportSuite extends SparkSuite {

  private def printed(print: Report => Unit): String = {
    val text = new StringWriter()
    val writer = new PrintWriter(text)
    print(new Report(writer))
    writer.flush()
    text.toString
  }

  private def findings(rows: (String, String, String, Double, Int)*): DataFrame =
    spark
      .createDataFrame(rows)
      .toDF("fingerprint", "severity", "path", "confidence", "line_start")
      .selectExpr("*", "'new' AS side", "'off-by-one' AS category", "'CWE-193' AS cwe")
      .selectExpr("*", "concat('Title of ', path) AS title", "'i <= n' AS quote")
      .selectExpr("*", "'existing' AS state", "cast(null as string) AS compared_with")
      .selectExpr(
        "*",
        "CAST(NULL AS STRING) AS suppressed",
        "CAST(NULL AS STRING) AS suppressed_by"
      )

  test("the gravest findings come first, then the surest; the same one is shown once") {
    val frame = findings(
      ("a", "low", "Low.java", 0.9, 1),
      ("b", "critical", "Unsure.java", 0.2, 2),
      ("c", "critical", "Sure.java", 0.8, 3),
      ("c", "critical", "Sure.java", 0.7, 30)
    )
    val text = printed(_.findings(frame, 0))
    val order = Seq("Sure.java:3 ", "Unsure.java:2 ", "Low.java:1 ").map(text.indexOf(_))
    assert(order.forall(_ >= 0) && order == order.sorted, text)
    assert(text.contains("off-by-one CWE-193  (2 times)"))
    assert(!text.contains("Sure.java:30") && !text.contains("more in the table"))
  }

  test("findings that are not shown are counted") {
    val frame = findings((1 to 40).map(i => (s"f$i", "high", s"F$i.java", 0.5, i)): _*)
    assert(printed(_.findings(frame, 0)).contains("... and 15 more in the table findings"))
  }

  test("units whose comments speak for them are named, unless there are none") {
    def reviews(framed: Option[Boolean]*) = {
      val rows = framed.zipWithIndex.map { case (is, i) => (s"F$i.java", 7 + i, is) }
      spark.createDataFrame(rows).toDF("path", "start_line", "framed")
    }
    assert(printed(_.framed(reviews(None, Some(false)))) == "")
    val some = printed(_.framed(reviews(None, Some(true), Some(false))))
    assert(some.contains("F1.java:8") && !some.contains("F0") && !some.contains("F2"), some)
    val many = printed(_.framed(reviews(Seq.fill(30)(Some(true)): _*)))
    assert(many.contains("more in the table reviews"), many)
  }

  test("what is less sure than asked for is only counted") {
    val frame = findings(
      ("a", "critical", "Unsure.java", 0.4, 1),
      ("b", "low", "Sure.java", 0.5, 2)
    )
    val text = printed(_.findings(frame, 0.5))
    assert(text.contains("Sure.java:2 ") && !text.contains("Unsure.java"), text)
    assert(text.contains("1 less sure than 0.50 not shown"), text)
    val none = printed(_.findings(frame, 0.9))
    assert(none.startsWith("No findings above that confidence."), none)
    assert(none.contains("2 less sure than 0.90 not shown"), none)
  }

  test("names and code under review cannot steer the terminal") {
    val text = printed(_.findings(findings(("a", "high", "\u001b[2Jx\u009b.c", 0.5, 1)), 0))
    assert(text.contains("?[2Jx?.c:1 "))
    assert(!text.exists(c => Character.isISOControl(c) && c != '\n'))
  }

  test("what was known before says so, once there is a run to compare with") {
    val frame = findings(("a", "high", "A.java", 0.5, 1))
    assert(!printed(_.findings(frame, 0)).contains("existing"))
    val compared = frame.drop("compared_with").selectExpr("*", "'run' AS compared_with")
    assert(printed(_.findings(compared, 0)).contains("CWE-193  existing"))
    assert(printed(_.states(compared)) == s"Compared   1 existing${System.lineSeparator}")
    assert(printed(_.states(frame)) == "")
  }

  test("suppressed findings are counted by what has suppressed them, and not shown") {
    def decided(path: String) =
      s"CASE WHEN path LIKE '$path' THEN 'accepted' END AS suppressed"
    val frame = findings(
      ("a", "critical", "Ruled.java", 0.9, 1),
      ("b", "critical", "RuledToo.java", 0.1, 1),
      ("c", "high", "Said.java", 0.9, 1),
      ("d", "low", "Open.java", 0.9, 1)
    ).drop("suppressed", "suppressed_by")
      .selectExpr("*", decided("%d%"), "if(path = 'Said.java', 'inline', 'rules') AS suppressed_by")
    val text = printed(_.findings(frame, 0.5))
    assert(text.contains("Open.java:1 ") && !text.contains("uled") && !text.contains("Said"), text)
    assert(text.contains("Suppressed and not shown: 1 by remarks in the code, 2 by rules;"), text)
    assert(!text.contains("less sure"), text)
    val none = printed(_.findings(frame.where("suppressed IS NOT NULL"), 0))
    assert(none.startsWith("No findings but suppressed ones."), none)
  }

  test("no findings are said to be none") {
    assert(printed(_.findings(findings(), 0.5)).startsWith("No findings."))
  }

  test("the summary names every reason, the coverage and the speed") {
    val summary = new RunSummary(
      10,
      6,
      1,
      2,
      1,
      900,
      0,
      40,
      100,
      Optional.of("model"),
      Optional.of("revision"),
      Optional.of("bf16"),
      Optional.of("bf16, exact"),
      OptionalLong.of(2500000000L),
      JavaMap.of("binary", 2L),
      JavaMap.of("DIFF_TRUNCATED", 1L),
      JavaMap.of(".q\u001bq", 9L)
    )
    val text = printed(
      _.summary(new AuditRun.Result(summary, null, 7, 10, OptionalLong.of(3), Optional.empty()))
    )
    for (
      line <- Seq(
        "Rows       10: 6 ok, 1 truncated, 2 skipped, 1 failed",
        "Skipped    2 binary",
        "Failed     1 DIFF_TRUNCATED",
        "Unknown    9 .q?q",
        "Coverage   75.0 % of what was asked came back whole",
        "Speed      90.0 tokens/s read, 10.0 tokens/s written over 10 s",
        "Model      model, bf16, bf16, exact arithmetic, loaded in 2.5 s"
      )
    ) assert(text.contains(line), text)
  }
}
