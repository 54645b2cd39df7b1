package org.codeaudit.job.report.request

import java.nio.charset.StandardCharsets.UTF_8
import java.util.Optional

import scala.jdk.CollectionConverters._

import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import org.apache.spark.sql.Row
import org.codeaudit.job.report.FindingRows.row
import org.scalatest.funsuite.AnyFunSuite

/** The summary, the comments and the list for a code host. */
class RequestFilesSuite extends AnyFunSuite {
  private val hostile = "@octocat [x](http://evil.example) <script>"

  private def summary(rows: Row*): String =
    new String(MarkdownSummary.of(rows.asJava, Optional.empty(), List.empty[Row].asJava), UTF_8)

  private def list(bytes: Array[Byte]): Seq[JsonNode] =
    new ObjectMapper().readTree(bytes).asScala.toSeq

  private def comments(rows: Row*): Seq[JsonNode] = list(LineComments.of(rows.asJava))

  private def issues(rows: Row*): Seq[JsonNode] = list(CodeQuality.of(rows.asJava))

  test("a summary counts by severity, then has a line for each finding, the gravest first") {
    val low = row("severity" -> "low", "path" -> "b.c", "fingerprint" -> "f2", "cwe" -> null)
    val lines = summary(low, row()).linesIterator.toSeq
    assert(lines.head === "<!-- code-audit:summary -->")
    assert(lines(1) === "### Code Audit: 2 findings")
    assert(lines.contains("| critical | high | medium | low | info |"))
    assert(lines.contains("| 1 | 0 | 0 | 1 | 0 |"))
    assert(
      lines.filter(_.startsWith("- ")) === Seq(
        "- **critical** `src/A.java:7` `sql-injection` `CWE-89`: A name becomes part of the" +
          " statement\\. (confidence 0.75)",
        "- **low** `b.c:7` `sql-injection`: A name becomes part of the statement\\." +
          " (confidence 0.75)"
      )
    )
  }

  test("a summary counts suppressed findings apart, and says how many remarks there are") {
    def decided(by: String) = row(
      "suppressed" -> "accepted",
      "suppressed_by" -> by,
      "suppression_reason" -> hostile
    )
    val two = summary(row(), decided("rules"), decided("inline"))
    assert(two.contains("### Code Audit: 1 finding\n") && !two.contains("octocat"), two)
    assert(two.contains("\nSuppressed besides: 2, of them 1 by remarks in the code.\n"), two)
    val one = summary(decided("rules"))
    assert(one.contains("nothing found\n") && one.contains("\nSuppressed besides: 1.\n"), one)
  }

  test("a summary of nothing says so, and one finding is one") {
    assert(summary().contains("### Code Audit: nothing found\n") && !summary().contains("|"))
    assert(summary(row()).contains("### Code Audit: 1 finding\n"))
  }

  test("a summary says what the gate says, without anything of a finding") {
    val rows = Seq(row("path" -> "a`@octocat")).asJava
    def of(shutting: java.util.List[Row]): String =
      new String(MarkdownSummary.of(rows, Optional.of(Gate.parse("new:high")), shutting), UTF_8)
    assert(of(rows).contains("\nThe gate new:high is shut by 1 finding.\n"))
    assert(
      of(List.empty[Row].asJava).contains("\nThe gate new:high is open: no finding shuts it.\n")
    )
  }

  test("a summary is short enough for a comment, however many and long the findings are") {
    val long = "@" * 4000
    val many = (1 to 400).map { i =>
      row("fingerprint" -> s"f$i", "path" -> long, "title" -> long, "line_start" -> i)
    }
    val text = summary(many: _*)
    assert(text.length < 65536 && text.contains("- and 350 less grave ones\n"))
  }

  test("a finding without words has those of its category; a removed line is told apart") {
    val text = summary(row("message" -> " ", "title" -> "sql-injection", "side" -> "old"))
    assert(text.contains("`src/A.java:7` (removed line) `sql-injection`"), text)
    assert(text.contains(": Sql injection\\. "), text)
  }

  test("a comment is about a line, and its body says what is wrong and how to mend it") {
    val Seq(comment) = comments(row())
    assert(comment.fieldNames.asScala.toSeq === Seq("path", "line", "side", "body", "fingerprint"))
    assert(comment.path("path").asText === "src/A.java" && comment.path("line").asInt === 7)
    assert(comment.path("side").asText === "new" && comment.path("fingerprint").asText === "f1")
    assert(
      comment.path("body").asText ===
        "**critical** `sql-injection` `CWE-89`, confidence 0.75\n\n" +
        "A name becomes part of the statement\\.\n\nBind it\\.\n\n<!-- code-audit:f1 -->\n"
    )
  }

  test("what stands on no line has no comment") {
    assert(comments(row("line_start" -> null, "line_end" -> null, "side" -> null)) === Nil)
    assert(comments(row("side" -> "old")).map(_.path("side").asText) === Seq("old"))
  }

  test("an issue for GitLab has the fields it reads, and a severity of its scale") {
    val Seq(issue) = issues(row())
    assert(
      issue.toString ===
        """{"description":"A name becomes part of the statement.","check_name":"sql-injection",""" +
        """"fingerprint":"f1","severity":"blocker",""" +
        """"location":{"path":"src/A.java","lines":{"begin":7}}}"""
    )
    val scale = Seq("critical", "high", "medium", "low", "info", "odd").map { severity =>
      issues(row("severity" -> severity)).head.path("severity").asText
    }
    assert(scale === Seq("blocker", "critical", "major", "minor", "info", "info"))
    for (own <- Seq(Seq("side" -> "old"), Seq("line_start" -> null, "side" -> null)))
      assert(issues(row(own: _*)).head.at("/location/lines/begin").asInt === 1)
    assert(issues() === Nil)
  }

  test("fingerprints are unique, though two places have the same, and hold nothing else") {
    val rows = Seq(9, 7).map(line => row("line_start" -> line, "fingerprint" -> "f-->1"))
    assert(issues(rows: _*).map(_.path("fingerprint").asText) === Seq("f--1", "f--1-2"))
    assert(issues(rows: _*).map(_.at("/location/lines/begin").asInt) === Seq(7, 9))
    assert(comments(rows: _*).map(_.path("fingerprint").asText) === Seq("f--1", "f--1-2"))
  }

  test("hostile content is text in all of them") {
    val told = Seq("path", "category", "cwe", "title", "message", "suggestion").map(_ -> hostile)
    val markdown = summary(row(told: _*)) + comments(row(told: _*)).head.path("body").asText
    val outsideOfCode =
      markdown.replaceAll("`[^`]*`", "").replaceAll("<!-- code-audit:\\w+ -->", "")
    for (live <- Seq("@octocat", "](", "http://", "<script"))
      assert(!outsideOfCode.contains(live), outsideOfCode)
    assert(
      issues(row("message" -> "a\nb\u202ec")).head.path("description").asText === "a b[U+202E]c"
    )
  }
}
