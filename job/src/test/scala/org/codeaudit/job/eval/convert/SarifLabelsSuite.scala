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

  private def units(withClean: Boolean, results: String*) = {
    val log = Files.writeString(
      Files.createTempFile("log", ".sarif"),
      s"""{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"t"}},
         "results":[${results.mkString(",")}]}]}"""
    )
    new SarifLabels(log, source, withClean).units.units.asScala.toSeq
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
