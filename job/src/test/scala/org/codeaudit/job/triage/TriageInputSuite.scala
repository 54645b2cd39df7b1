package org.codeaudit.job.triage

import java.nio.file.Files

import scala.jdk.CollectionConverters._

import org.codeaudit.check.CheckSet
import org.codeaudit.job.sarif.SarifLog
import org.codeaudit.job.source.SparkSuite

class TriageInputSuite extends SparkSuite {
  private val source = Files.createTempDirectory("source")
  Files.writeString(source.resolve("A.java"), "class A {\n  run(a);\n  run(b);\n}\n")
  Files.writeString(source.resolve("B.java"), "class B {}")

  private def input(logs: SarifLog*): TriageInput =
    TriageInput.of(logs.asJava, new SourceFiles(source), new ToolChecks(CheckSet.bundled()))

  private def region(region: String) =
    Logs.place(s""""artifactLocation":{"uri":"A.java"}$region""")

  test("a result is a claim about its lines, with its tool, its rule and a check") {
    val rules = Seq(Logs.rule("sqli", "CWE-89"))
    val Seq(finding) =
      input(
        Logs.read(Logs.run(Seq(Logs.result("sqli", Logs.at("A.java", 2))), rules))
      ).findings.asScala.toSeq
    val claim = finding.claim.get
    assert(finding.path === "A.java" && finding.line.getAsInt === 2 && finding.reason.isEmpty)
    assert(claim.tool === "tool" && claim.rule === "sqli" && claim.check.id === "sql-injection")
    assert(claim.startLine === 2 && claim.endLine === 2 && claim.id.matches("[0-9a-f]{32}"))
  }

  test("regions are read as far as the file goes") {
    val table = Seq(
      ""","region":{"startLine":2,"endLine":3}""" -> Some((2, 3)),
      ""","region":{"startLine":3,"endLine":2}""" -> Some((3, 3)),
      ""","region":{"startLine":4,"endLine":400}""" -> Some((4, 4)),
      ""","region":{"startLine":5}""" -> None,
      ""","region":{"startLine":0}""" -> None,
      ""","region":{"charOffset":7}""" -> None,
      "" -> None
    )
    for ((json, lines) <- table) {
      val Seq(found) =
        input(Logs.read(Logs.run(Seq(Logs.result("r", region(json)))))).findings.asScala.toSeq
      val claim = if (found.claim.isPresent) Some(found.claim.get) else None
      assert(claim.map(c => (c.startLine, c.endLine)) === lines, json)
      assert(found.reason.isEmpty === lines.isDefined, json)
    }
  }

  test("what cannot be judged says why and is in no claim") {
    val results = Seq(
      Logs.result("r", Logs.at("A.java", 5)) -> "its file ends at line 4",
      Logs.result("r", Logs.at("B.java", 2)) -> "its file ends at line 1",
      Logs.result("r", region("")) -> "it names no line",
      Logs.result("r", "") -> "it names no file",
      Logs.result("r", Logs.at("gone.java", 1)) -> "its file is not in the source folder",
      Logs.result("r", Logs.at("../x.java", 1)) -> "its file lies outside of the source folder",
      Logs.result("r", Logs.at("A.java", 1), more = ""","kind":"pass"""") ->
        "the tool reports no defect: the result's kind is pass",
      Logs.result("r", Logs.at("A.java", 1), more = ""","baselineState":"absent"""") ->
        "the tool no longer reports it: its baselineState is absent",
      Logs.result("r", Logs.at("A.java", 1), more = ""","suppressions":[{"kind":"inSource"}]""") ->
        "it is suppressed already"
    )
    val read = input(Logs.read(Logs.run(results.map(_._1))))
    assert(read.findings.asScala.map(_.reason) === results.map(_._2))
    assert(read.findings.asScala.forall(_.claim.isEmpty))
    assert(read.claims.present && read.claims.byPath.isEmpty)
    assert(read.changes(spark).count() === 0)
  }

  test("what is said twice is one claim, and its id does not depend on its place in a log") {
    val (one, other) =
      (Logs.result("r", Logs.at("A.java", 2)), Logs.result("r", Logs.at("A.java", 3)))
    val first = input(Logs.read(Logs.run(Seq(one, other, one))), Logs.read(Logs.run(Seq(one))))
    assert(first.findings.asScala.map(_.log) === Seq(0, 0, 0, 1))
    val ids = first.findings.asScala.map(_.claim.get.id)
    assert(ids.distinct.size === 2 && ids.head === ids(2) && ids.head === ids(3))
    assert(first.claims.of("A.java").asScala.map(_.id) === ids.distinct)
    val second = input(Logs.read(Logs.run(Seq(other, one))))
    assert(second.findings.asScala.map(_.claim.get.id) === Seq(ids(1), ids.head))
  }

  test("only files that claims are about become rows, whole") {
    val results = Seq(
      Logs.result("r", Logs.at("A.java", 2)),
      Logs.result("r", Logs.at("A.java", 3)),
      Logs.result("r", Logs.at("B.java", 9))
    )
    val Seq(row) = input(Logs.read(Logs.run(results))).changes(spark).collect().toSeq
    assert(row.getAs[String]("path") === "A.java" && row.getAs[String]("language") === "java")
    assert(row.getAs[String]("content") === Files.readString(source.resolve("A.java")))
    assert(row.getAs[String]("repository") === source.getFileName.toString)
  }
}
