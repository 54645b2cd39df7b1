package org.codeaudit.job.sarif

import java.io.ByteArrayOutputStream
import java.util.zip.GZIPOutputStream

import scala.jdk.CollectionConverters._
import scala.util.Random
import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import org.apache.spark.sql.Row
import org.scalatest.funsuite.AnyFunSuite

class FindingsLogSuite extends AnyFunSuite {
  import org.codeaudit.job.report.FindingRows.row

  private def log(rows: Row*): JsonNode =
    new ObjectMapper().readTree(FindingsLog.bytes("1.2.3", rows.asJava))

  private def run(rows: Row*): JsonNode = log(rows: _*).path("runs").path(0)

  test("a finding is a result at its place, with what viewers tell it by") {
    val read = log(row())
    assert(read.path("version").asText == "2.1.0" && read.path("$schema").asText.contains("sarif"))
    val driver = read.at("/runs/0/tool/driver")
    assert(driver.path("name").asText == "Code Audit")
    assert(driver.path("semanticVersion").asText == "1.2.3")
    val result = read.at("/runs/0/results/0")
    assert(
      result.path("ruleId").asText == "sql-injection" && result.path("level").asText == "error"
    )
    assert(
      result.at("/message/text").asText == "A name becomes part of the statement.\n\nBind it."
    )
    val place = result.at("/locations/0/physicalLocation")
    assert(place.at("/artifactLocation/uri").asText == "src/A.java")
    assert(place.at("/region/startLine").asInt == 7 && place.at("/region/endLine").asInt == 8)
    assert(place.at("/region/snippet/text").asText == "run(\"select \" + name);")
    assert(result.at("/partialFingerprints/codeAudit~1v1").asText == "f1")
    assert(result.at("/partialFingerprints/primaryLocationLineHash").asText == "f1:1")
    assert(result.at("/properties/confidence").asDouble == 0.75)
    val rule = driver.at("/rules/0")
    assert(rule.path("name").asText == "SqlInjection")
    assert(
      rule
        .at("/fullDescription/text")
        .asText
        .endsWith("sql injection. It is a weakness of kind CWE-89.")
    )
    assert(rule.at("/help/text").asText.contains("A language model has read the code"))
    assert(rule.at("/properties/security-severity").asText == "9.5")
    assert(rule.at("/properties/tags").toString == """["security","external/cwe/cwe-089"]""")
    assert(rule.at("/relationships/0/target/id").asText == "89")
    assert(read.at("/runs/0/taxonomies/0/taxa/0/id").asText == "89")
  }

  test("what our own reader of other tools' logs makes of it is what was written") {
    val file = java.nio.file.Files.createTempFile("written", ".sarif")
    java.nio.file.Files.write(file, FindingsLog.bytes("1", Seq(row()).asJava))
    val Seq(entry) = SarifLog.read(file).entries.asScala.toSeq
    val result = entry.result.get
    assert(result.file == "src/A.java" && result.startLine.getAsInt == 7)
    assert(result.weaknesses.asScala == Seq("CWE-89") && result.level == "error")
  }

  test("the gravest come first, and rules are listed once") {
    val read = run(
      row("severity" -> "low", "category" -> "off-by-one", "fingerprint" -> "c"),
      row("confidence" -> 0.4, "fingerprint" -> "b"),
      row("fingerprint" -> "a")
    )
    val results = read.path("results").asScala.toSeq
    assert(results.map(_.at("/partialFingerprints/codeAudit~1v1").asText) == Seq("a", "b", "c"))
    assert(results.map(_.path("ruleIndex").asInt) == Seq(0, 0, 1))
    assert(results.map(_.path("level").asText) == Seq("error", "error", "note"))
    val rules = read.at("/tool/driver/rules").asScala.toSeq
    assert(rules.map(_.path("id").asText) == Seq("sql-injection", "off-by-one"))
    assert(rules(1).at("/properties/tags/0").asText == "quality")
    assert(rules(1).at("/properties/security-severity").isMissingNode)
  }

  test("what people have decided is in the log, with who said so and why") {
    val inline = Seq(
      "fingerprint" -> "b",
      "suppressed" -> "accepted",
      "suppressed_by" -> "inline",
      "suppression_reason" -> "it is a constant"
    )
    val ruled = Seq(
      "fingerprint" -> "c",
      "suppressed" -> "false-positive",
      "suppressed_by" -> "rules",
      "suppression_reason" -> "no user reaches it",
      "suppression_expires" -> "2027-06-30",
      "suppression_decided_by" -> "Ada"
    )
    val note = "fingerprint" -> "d"
    val results = run(
      row("fingerprint" -> "a"),
      row(inline: _*),
      row(ruled: _*),
      row(note, "suppression_note" -> "ignored without a reason")
    ).path("results").asScala.toSeq
    assert(
      results.map(_.path("suppressions").toString) == Seq(
        "[]",
        """[{"kind":"inSource","status":"accepted","justification":"it is a constant",""" +
          """"properties":{"decision":"accepted"}}]""",
        """[{"kind":"external","status":"accepted","justification":"no user reaches it",""" +
          """"properties":{"decision":"false-positive","expires":"2027-06-30","decided_by":"Ada"}}]""",
        "[]"
      )
    )
    assert(results(3).at("/properties/suppression_note").asText == "ignored without a reason")
  }

  test("of too many findings those that are suppressed are left out first") {
    val decided = row(
      "severity" -> "critical",
      "suppressed" -> "accepted",
      "suppressed_by" -> "rules",
      "suppression_reason" -> "so"
    )
    val many = Seq.fill(FindingsLog.MOST_RESULTS)(row("severity" -> "info")) :+ decided
    val results = run(many: _*).path("results").asScala.toSeq
    assert(results.size == FindingsLog.MOST_RESULTS)
    assert(results.forall(_.path("suppressions").isEmpty))
  }

  test("what is on no line of the file is about the file, and what is not known is left out") {
    for (
      own <- Seq(
        Seq("side" -> "old"),
        Seq("side" -> null, "line_start" -> null, "line_end" -> null)
      )
    ) {
      val bare = row(own ++ Seq("confidence" -> null, "cwe" -> null, "suggestion" -> null): _*)
      val read = run(bare)
      val result = read.at("/results/0")
      assert(
        result
          .at("/locations/0/physicalLocation/region")
          .toString == "{\"startLine\":1,\"endLine\":1}"
      )
      assert(read.path("taxonomies").isMissingNode)
      assert(result.at("/properties/confidence").isMissingNode)
      assert(result.at("/message/text").asText == "A name becomes part of the statement.")
    }
  }

  test("a path is escaped as an address") {
    val cases = Seq(
      "a b/c.java" -> "a%20b/c.java",
      "ä/ß.py" -> "%C3%A4/%C3%9F.py",
      "x#y?z%.js" -> "x%23y%3Fz%25.js",
      "c:odd.go" -> "c%3Aodd.go",
      "[id].tsx" -> "%5Bid%5D.tsx"
    )
    for ((path, address) <- cases) assert(FindingsLog.address(path) == address, path)
  }

  test("code in a message is neither a link nor a place for an argument") {
    val cases = Seq(
      "Use `a[i](0)`." -> "Use `a\\[i\\](0)`.",
      "Format {0} of {name}." -> "Format {{0}} of {name}.",
      "An array a[i] (small)." -> "An array a[i] (small)."
    )
    for ((said, written) <- cases) {
      val read = run(row("message" -> said, "suggestion" -> null))
      assert(read.at("/results/0/message/text").asText == written)
    }
  }

  test("a repository without findings has a log that says so") {
    assert(run().path("results").isArray && run().path("results").size == 0)
  }

  test("of more than a code host takes the least sure are left out, and counted") {
    val many = (0 to FindingsLog.MOST_RESULTS + 2).map { i =>
      row("fingerprint" -> s"f$i", "confidence" -> (if (i < 3) 0.1 else 0.5))
    }
    val read = run(many: _*)
    assert(read.path("results").size == FindingsLog.MOST_RESULTS)
    assert(read.at("/properties/findingsLeftOut").asInt == 3)
    assert(read.path("results").asScala.forall(_.at("/properties/confidence").asDouble == 0.5))
  }

  private def packed(log: Array[Byte]): Int = {
    val bytes = new ByteArrayOutputStream()
    val packing = new GZIPOutputStream(bytes)
    packing.write(log)
    packing.close()
    bytes.size
  }

  test("a log is no larger than a code host takes, though nothing in it repeats") {
    val random = new Random(7)
    val many = (1 to 20000).map { i =>
      val words = Seq("message", "quote").map(_ -> random.alphanumeric.take(500).mkString)
      row(words :+ ("fingerprint" -> s"f$i"): _*)
    }
    val log = FindingsLog.bytes("1", many.asJava)
    assert(packed(log) <= FindingsLog.MOST_PACKED_BYTES)
    val read = new ObjectMapper().readTree(log).at("/runs/0")
    assert(read.path("results").size > 8000)
    assert(read.path("results").size + read.at("/properties/findingsLeftOut").asInt === 20000)
  }

  test("a rule has no more tags than a code host takes, whatever its findings are") {
    val read = run((1 to 40).map(i => row("cwe" -> s"CWE-$i", "fingerprint" -> s"f$i")): _*)
    val rule = read.at("/tool/driver/rules/0")
    assert(rule.at("/properties/tags").size === FindingsLog.MOST_TAGS)
    assert(rule.at("/properties/tags/0").asText === "security")
    assert(rule.path("relationships").size === 40)
  }

  test("a suggestion is prose, so no fix is made of it: not even where it looks like code") {
    val read = run(row("suggestion" -> "statement.setString(1, name);"))
    assert(read.at("/results/0/fixes").isMissingNode)
  }
}
