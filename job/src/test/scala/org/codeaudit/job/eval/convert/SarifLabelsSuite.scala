package org.codeaudit.job.eval.convert
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

import org.codeaudit.AuditException
import org.codeaudit.finding.Category
import org.codeaudit.job.eval.dataset.LineRange
import org.scalatest.funsuite.AnyFunSuite

class SarifLabelsSuite extends AnyFunSuite {
  private lazy val source: Path = {
    val folder = Files.createTempDirectory("source")
    Files.createDirectories(folder.resolve("src"))
    for (name <- Seq("src/a.c", "src/b.c", "c.py", "notes.unknown")) {
      Files.writeString(folder.resolve(name), "one\ntwo\nthree\n")
    }
    folder
  }

  private def result(file: String, line: Int, cwe: String, more: String = ""): String =
    s"""{"message":{"text":"m"},"properties":{"cwe":"$cwe"},"locations":[{"physicalLocation":{
       "artifactLocation":{"uri":"$file"},"region":{"startLine":$line}}}]$more}"""

  private def units(withClean: Boolean, results: String*) =
    labels(results).units(withClean).units.asScala.toSeq

  private def labels(results: Seq[String]): SarifLabels = {
    val log = Files.writeString(
      Files.createTempFile("log", ".sarif"),
      s"""{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"t"}},
         "results":[${results.mkString(",")}]}]}"""
    )
    new SarifLabels(log, source)
  }

  test("a file with results is a unit, each result a label, and one said twice is one") {
    val found = units(
      withClean = false,
      result("src/a.c", 2, "CWE-121"),
      result("src/a.c", 2, "CWE-121"),
      result("src/a.c", 3, "CWE-9999"),
      result("notes.unknown", 1, "CWE-89"),
      result("c.py", 1, "CWE-89", ""","suppressions":[{"kind":"inSource"}]""")
    )
    val Seq(unit) = found
    assert(unit.id == "src/a.c" && unit.language == "c" && unit.lines == 3)
    val labels = unit.labels.asScala.map(l => (l.category, l.cwe.get, l.lines.get))
    assert(
      labels == Seq(
        (Category.BUFFER_OVERFLOW, "CWE-121", new LineRange(2, 2)),
        (Category.OTHER, "CWE-9999", new LineRange(3, 3))
      )
    )
  }

  test("files in the same languages of which nothing was said are clean if that is wanted") {
    val found = units(withClean = true, result("src/a.c", 2, "CWE-121"))
    assert(found.map(unit => unit.id -> unit.clean) == Seq("src/a.c" -> false, "src/b.c" -> true))
  }

  test("of what people have decided about, functions are units, and false positives are clean") {
    Files.writeString(
      source.resolve("src/Two.java"),
      """class Two {
        |  void first(String a) {
        |    run(a);
        |    say(a);
        |  }
        |
        |  void second(String a) {
        |    run("b");
        |  }
        |  String third = run("c");
        |}
        |""".stripMargin
    )
    def decided(line: Int, cwe: String, decision: String) = result(
      "src/Two.java",
      line,
      cwe,
      s""","suppressions":[{"kind":"external","status":"accepted","properties":{"decision":"$decision"}}]"""
    )
    val found = labels(
      Seq(
        decided(3, "CWE-78", "accepted"),
        decided(4, "CWE-532", "false-positive"),
        decided(8, "CWE-78", "false-positive"),
        decided(10, "CWE-78", "wont-fix"),
        result("src/Two.java", 8, "CWE-78"),
        result("src/a.c", 2, "CWE-121", ""","suppressions":[{"kind":"inSource"}]""")
      )
    ).decided.units.asScala.toSeq
    assert(found.map(_.id) == Seq("src/Two.java:2-5", "src/Two.java:7-9", "src/Two.java:1-11"))
    val Seq(first, second, whole) = found
    assert(
      first.text.text.linesIterator.toSeq.head == "  void first(String a) {" && first.lines == 4
    )
    val Seq(label) = first.labels.asScala.toSeq
    assert(label.category == Category.COMMAND_INJECTION && label.lines.get == new LineRange(2, 2))
    assert(second.clean && second.kind.get == Category.COMMAND_INJECTION && second.lines == 3)
    assert(whole.lines == 11 && whole.labels.asScala.map(_.lines.get.start) == Seq(3, 10))
    val none = intercept[AuditException](labels(Seq(result("src/a.c", 2, "CWE-121"))).decided)
    assert(none.getMessage.contains("no result that somebody has decided about"))
  }

  test("files that are not there and lines beyond the end are told, all at once") {
    val error = intercept[AuditException](
      units(
        withClean = false,
        result("gone.c", 1, "CWE-89"),
        result("../outside.c", 1, "CWE-89"),
        result("src/a.c", 4, "CWE-89")
      )
    )
    assert(error.errorClass.name == "SARIF_ELSEWHERE")
    for (
      part <- Seq(
        "gone.c is not there",
        "../outside.c is not there",
        "src/a.c has 3 lines and a result on 4 to 4"
      )
    ) {
      assert(error.getMessage.contains(part))
    }
  }
}
