package org.codeaudit.job.sarif
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

import org.codeaudit.AuditException
import org.codeaudit.finding.Category
import org.scalatest.funsuite.AnyFunSuite

class SarifReaderSuite extends AnyFunSuite {
  private def log(runs: String): Path =
    Files.writeString(
      Files.createTempFile("log", ".sarif"),
      s"""{"$$schema":"s","version":"2.1.0","runs":[$runs]}"""
    )

  private def run(results: String, rules: String = "", more: String = ""): String =
    s"""{"tool":{"driver":{"name":"tool","rules":[$rules]}},"results":[$results]$more}"""

  private def at(
      uri: String,
      region: String = """,
    "region":{"startLine":3}"""
  ): String =
    s""""locations":[{"physicalLocation":{"artifactLocation":{"uri":"$uri"}$region}}]"""

  private def read(runs: String): Seq[SarifResult] = SarifReader.read(log(runs)).asScala.toSeq

  test("a result says what, where and of which weakness, as CodeQL writes it") {
    val rules = """{"id":"java/sql-injection","defaultConfiguration":{"level":"error"},
      "properties":{"tags":["security","external/cwe/cwe-089","external/cwe/cwe-564"]}}"""
    val result = s"""{"ruleId":"java/sql-injection","ruleIndex":0,"rule":{"id":"x","index":0},
      "message":{"text":"This query depends on a value."},
      ${at("src/My%20Query.java", ""","region":{"startLine":7,"startColumn":5,"endLine":9}""")}}"""
    val Seq(found) = read(run(result, rules))
    assert(found.tool == "tool" && found.rule.get == "java/sql-injection")
    assert(found.message == "This query depends on a value." && found.level == "error")
    assert(found.weaknesses.asScala == Seq("CWE-89", "CWE-564"))
    assert(found.file == "src/My Query.java" && !found.suppressed)
    assert(found.startLine.getAsInt == 7 && found.endLine.getAsInt == 9)
  }

  test("weaknesses are read wherever tools write them") {
    val byId = """"ruleId":"r","message":{"id":"default"},""" + at("a.c")
    val texts = """"messageStrings":{"default":{"text":"said"}}"""
    val table = Seq(
      (byId, s"""{"id":"r",$texts,"properties":{"tags":["CWE-78: OS Command Injection"]}}""", "") ->
        Seq("CWE-78"),
      (byId, s"""{"id":"r",$texts,"properties":{"cwe":["CWE-502"]}}""", "") -> Seq("CWE-502"),
      (byId, s"""{"id":"r",$texts,"properties":{"cwe":"cwe_0079"}}""", "") -> Seq("CWE-79"),
      (
        byId,
        s"""{"id":"r",$texts,"relationships":[{"target":{"id":"120","toolComponent":{"name":"CWE"}}}]}""",
        ""
      ) -> Seq("CWE-120"),
      (
        s"""$byId,"taxa":[{"id":"476","toolComponent":{"index":0}}]""",
        s"""{"id":"r",$texts}""",
        ""","taxonomies":[{"name":"CWE"}]"""
      ) -> Seq("CWE-476"),
      (byId, s"""{"id":"r",$texts,"properties":{"tags":["OWASP-A03:2021"]}}""", "") -> Nil
    )
    for (((result, rule, more), weaknesses) <- table) {
      val Seq(found) = read(run(s"{$result}", rule, more))
      assert(found.weaknesses.asScala == weaknesses)
      assert(found.message == "said" && found.level == "warning")
    }
  }

  test("a rule of an extension, and a file by its place in the list, are found") {
    val run = s"""{"tool":{"driver":{"name":"t"},"extensions":[{"rules":[{"id":"e",
      "properties":{"tags":["cwe-611"]}}]}]},"artifacts":[{"location":{"uri":"./b.py"}}],
      "results":[{"rule":{"index":0,"toolComponent":{"index":0}},"message":{"text":"m"},
      "locations":[{"physicalLocation":{"artifactLocation":{"index":0}}}]}]}"""
    val Seq(found) = read(run)
    assert(found.rule.get == "e" && found.weaknesses.asScala == Seq("CWE-611"))
    assert(found.file == "b.py" && found.startLine.isEmpty && found.endLine.isEmpty)
  }

  test("what passed, is gone or has no file is no result, and what was suppressed says so") {
    val place = at("file:///src/a.c")
    val message = """"message":{"text":"m"}"""
    val results = Seq(
      s"""{$message,$place,"kind":"pass"}""",
      s"""{$message,$place,"kind":"notApplicable"}""",
      s"""{$message,$place,"baselineState":"absent"}""",
      s"""{$message}""",
      s"""{$message,$place,"suppressions":[{"kind":"inSource"}]}""",
      s"""{$message,$place,"suppressions":[{"kind":"external","status":"rejected"}]}""",
      s"""{$message,$place,"kind":"open","baselineState":"new"}"""
    )
    val found = read(run(results.mkString(",")))
    assert(found.map(_.suppressed) == Seq(true, false, false))
    assert(found.forall(_.file == "/src/a.c"))
  }

  test("a message has its arguments at their places, and a rule says what it is about") {
    val rules =
      """{"id":"r","shortDescription":{"text":"Short."},"fullDescription":{"text":"Long."},
      "messageStrings":{"default":{"text":"{1} after {0}, not {2}"}}}"""
    val results = Seq(
      """"message":{"id":"default","arguments":["a","b"]}""" -> "b after a, not {2}",
      """"message":{"text":"{0}{0}","arguments":["x"]}""" -> "xx"
    )
    val found =
      read(run(results.map(r => s"""{"ruleId":"r",${r._1},${at("a.c")}}""").mkString(","), rules))
    assert(found.map(_.message) == results.map(_._2))
    assert(found.forall(r => r.summary == "Short." && r.description == "Long."))
    val Seq(silent) = read(run(s"""{"message":{"text":"m"},${at("a.c")}}"""))
    assert(silent.summary.isEmpty && silent.description.isEmpty && silent.rule.isEmpty)
  }

  test("a log is read with all its results, also those that report nothing of a file") {
    val results = s"""{"ruleId":"r","message":{"text":"m"}},{"message":{"text":"m"},"kind":"pass"},
      {"message":{"text":"m"},${at("a.c")}}"""
    val entries = SarifLog.read(log(run(results))).entries.asScala
    assert(entries.map(_.result.isPresent) == Seq(false, false, true))
    assert(entries.map(_.nothing.nonEmpty) == Seq(true, true, false))
    assert(entries.head.rule == "r" && entries.forall(_.tool == "tool"))
  }

  test("what is no log of this version is refused with the reason") {
    val other = Files.writeString(Files.createTempFile("a", ".sarif"), """{"version":"1.0.0"}""")
    val broken = Files.writeString(Files.createTempFile("a", ".sarif"), "{")
    for (
      (file, reason) <- Seq(
        other -> "1.0.0",
        broken -> "no JSON",
        log("]} {") -> "no JSON",
        log("""{"results":[],"results":[]}""") -> "no JSON",
        log("1e4000000000") -> "exponent",
        log("1e40000000000000000000") -> "exponent",
        other.resolveSibling("none.sarif") -> "NoSuchFile"
      )
    ) {
      val error = intercept[AuditException](SarifReader.read(file))
      assert(error.errorClass.name == "SARIF_UNREADABLE" && error.getMessage.contains(reason))
    }
  }

  test("a weakness belongs to the category with its number, or to that of its relatives") {
    val table = Seq(
      Seq("CWE-89") -> Some(Category.SQL_INJECTION),
      Seq("CWE-23") -> Some(Category.PATH_TRAVERSAL),
      Seq("CWE-1", "CWE-338") -> Some(Category.WEAK_RANDOMNESS),
      Seq("CWE-2") -> None,
      Nil -> None
    )
    for ((weaknesses, category) <- table) {
      val found = WeaknessCategories.of(weaknesses.asJava)
      assert(found.map[Option[Category]](Some(_)).orElse(None) == category, weaknesses)
    }
    for (category <- Category.values if category.cwe.isPresent) {
      assert(WeaknessCategories.of(Seq(category.cwe.get).asJava).get == category)
    }
  }
}
