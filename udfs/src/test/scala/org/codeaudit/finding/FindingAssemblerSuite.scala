package org.codeaudit.finding
import java.util.{Optional, OptionalDouble}

import scala.jdk.CollectionConverters._

import org.codeaudit.change.FileChange
import org.codeaudit.prompt.{ChangeSplitter, Changes, Side}
import org.scalatest.funsuite.AnyFunSuite

class FindingAssemblerSuite extends AnyFunSuite {

  private def parsed(
      quote: String,
      message: String = "It leaks.",
      category: String = "resource-leak"
  ) =
    new ParsedFinding(quote, message, "Close it.", category, "high", 3, 9)

  private def assemble(
      change: FileChange,
      findings: Seq[ParsedFinding],
      rowKey: String = "row"
  ): Seq[Finding] = {
    val unit = new ChangeSplitter(100000, _.length).split(change).get(0)
    new FindingAssembler(change.path, rowKey, unit)
      .assemble(findings.asJava, f => OptionalDouble.of(f.start / 10.0))
      .asScala
      .toSeq
  }

  private val code = "class A {\n  void read(String name) {\n    in = open(name);\n  }\n}\n"
  private val finding = parsed("in = open(name);")
  private val golden = assemble(Changes.file(code), Seq(finding)).head

  test("a finding has every column") {
    assert(golden.category == Category.RESOURCE_LEAK && golden.cwe.get == "CWE-772")
    assert(golden.severity == Severity.HIGH && golden.confidence.getAsDouble == 0.3)
    assert(golden.title == "It leaks." && golden.message == "It leaks.")
    assert(golden.suggestion == "Close it." && golden.quote == "in = open(name);")
    assert(golden.anchorStatus == AnchorStatus.EXACT && golden.side.get == Side.NEW)
    assert(golden.lineStart.getAsInt == 3 && golden.check.isEmpty)
    for (id <- Seq(golden.findingId, golden.fingerprint, golden.fingerprintLoose)) {
      assert(id.matches("[0-9a-f]{32}"))
    }
  }

  test("fingerprints never change from one version to the next") {
    assert(golden.fingerprint == "f60c7042d5f28c9c7bde46fce539bd97")
    assert(golden.fingerprintLoose == "45c669b58c6484314846a218e74d947a")
  }

  test("fingerprints stay when lines move, indentation, neighbours or the wording change") {
    val moved = "// new\n\nclass A {\n  int x;\n  void read(String name, int n) {\n" +
      "      log();\n      if (n > 0) {\n        in  = open(name);\n      }\n  }\n}\n"
    val inDiff =
      Changes.diff("@@ -2,1 +2,2 @@ class A {\n   void read(String name) {\n+    in = open(name);")
    for (
      (change, said) <- Seq(
        Changes.file(moved) -> finding,
        Changes.file(code.replace("\n", "\r\n")) -> finding,
        inDiff -> finding,
        Changes.file(code) -> parsed("in = open(name);", "Worded differently.")
      )
    ) {
      val other = assemble(change, Seq(said), "other row").head
      assert(other.anchorStatus == AnchorStatus.EXACT)
      assert(other.fingerprint == golden.fingerprint, change)
      assert(other.fingerprintLoose == golden.fingerprintLoose)
      assert(other.findingId != golden.findingId)
    }
  }

  test("the strict fingerprint tells places apart, the loose one kinds and declarations only") {
    val other = parsed("return open(name);")
    val cases = Seq(
      ("another file", Changes.file(code, "src/B.java"), finding, true),
      ("another function", Changes.file(code.replace("read(", "write(")), finding, false),
      ("another line", Changes.file(code.replace("in =", "return")), other, true),
      ("another kind", Changes.file(code), parsed(finding.quote, category = "performance"), false)
    )
    for ((what, change, said, same) <- cases) {
      val found = assemble(change, Seq(said)).head
      assert(found.fingerprint != golden.fingerprint, what)
      assert((found.fingerprintLoose == golden.fingerprintLoose) == same, what)
    }
    val outside = Seq("a = 1", "b = 2").map(line => assemble(Changes.file(line), Seq(parsed(line))))
    assert(
      outside.map(_.head.fingerprintLoose).distinct.size == 2,
      "no declaration tells them apart"
    )
  }

  test("of two checks about the same line each has a fingerprint of its own") {
    def by(check: String) = new ParsedFinding(
      Optional.of(check),
      finding.quote,
      "It leaks.",
      "",
      finding.category,
      "high",
      0,
      0,
      Optional.empty(),
      Optional.empty()
    )
    val Seq(a, b) = Seq("stream-leak", "socket-leak").map { check =>
      assemble(Changes.file(code), Seq(by(check))).head
    }
    assert(a.check.get == "stream-leak" && a.fingerprint != b.fingerprint)
    assert(a.fingerprintLoose == b.fingerprintLoose)
  }

  test("what says the same of the same code again is left out") {
    val again = assemble(Changes.file(code), Seq(finding, finding))
    assert(again.map(_.findingId) == Seq(golden.findingId))
  }

  test("two findings about the same line have two ids and two strict fingerprints") {
    val both =
      assemble(Changes.file(code), Seq(finding, parsed(finding.quote, message = "Never closed.")))
    assert(both.map(_.findingId).distinct.size == 2)
    assert(both.map(_.fingerprint).distinct.size == 2)
    assert(both.head.fingerprint == golden.fingerprint)
    assert(both.map(_.fingerprintLoose).distinct.size == 1)
  }

  test("no column holds a secret and no fingerprint depends on one") {
    def leak(secret: String) = {
      val line = s"""String password = "$secret";"""
      val said = new ParsedFinding(
        line,
        s"The password $secret is in the code.",
        s"Remove $secret.",
        "hard-coded-secret",
        "critical",
        0,
        1
      )
      assemble(Changes.file(s"class A {\n  $line\n}"), Seq(said)).head
    }
    val Seq(a, b) = Seq("hunter2", "trustno1").map(leak)
    assert(!a.toString.contains("hunter2"))
    assert(a.quote == """String password = "[redacted:password]";""")
    assert(a.message == "The password [redacted:password] is in the code.")
    assert(a.suggestion == "Remove [redacted:password].")
    assert(a.anchorStatus == AnchorStatus.EXACT)
    assert(a.fingerprint == b.fingerprint && a.fingerprintLoose == b.fingerprintLoose)
  }

  test("a finding has the number that its check names, or else its category's") {
    def number(own: Option[String]) = {
      val said = new ParsedFinding(
        Optional.empty(),
        "int a;",
        "Bad.",
        "Mend it.",
        "sql-injection",
        "high",
        0,
        0,
        Optional.ofNullable(own.orNull),
        Optional.empty()
      )
      assemble(Changes.file("int a;\n"), Seq(said)).head.cwe.get
    }
    assert(number(Some("CWE-564")) == "CWE-564" && number(None) == "CWE-89")
  }

  test("what an unconstrained model invents is kept and marked") {
    val odd = new ParsedFinding("nowhere", "", "", "Bad Vibes", "terrible", 0, 1)
    val other = assemble(Changes.file(code), Seq(odd)).head
    assert(other.category == Category.OTHER && other.severity == Severity.INFO)
    assert(other.anchorStatus == AnchorStatus.UNMATCHED && other.title == "other")
  }

  test("a title is the first sentence, cut at a word") {
    val cases = Seq(
      "One. Two." -> "One.",
      "Use a.b() here. Then." -> "Use a.b() here.",
      "No end" -> "No end",
      " Two\n lines.  More" -> "Two lines.",
      "word " * 30 -> ("word " * 15 + "word…"),
      "x" * 100 -> ("x" * 79 + "…"),
      "\ud83d\ude00" * 60 -> ("\ud83d\ude00" * 39 + "…")
    )
    for ((message, title) <- cases) {
      assert(FindingAssembler.title(message) == title)
      assert(title.length <= Finding.TITLE_CHARACTERS)
    }
  }

  test("names of categories and severities are read back in any case, others are not") {
    for (c <- Category.values) assert(Category.of(c.columnValue.toUpperCase).get == c)
    for (s <- Severity.values) assert(Severity.of(s" ${s.columnValue} ").get == s)
    assert(Category.of("sql injection").isEmpty && Severity.of("").isEmpty)
    assert(Category.values.flatMap(c => Option(c.cwe.orElse(null))).forall(_.matches("CWE-\\d+")))
  }
}
