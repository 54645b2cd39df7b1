package org.codeaudit.review

import scala.jdk.CollectionConverters._

import org.scalatest.funsuite.AnyFunSuite

import org.codeaudit.change.FileChange
import org.codeaudit.check._
import org.codeaudit.prompt.{ChangeSplitter, Changes}

class CandidatesSuite extends AnyFunSuite {
  private val taint =
    """taint:
      |  sources: [inbox]
      |  guards: [allowed]
      |  sanitizers: ['escape\(0\)', 'run\([1-9]\)']
      |""".stripMargin
  private val checks = CheckSet.of(
    Map("run.yaml" -> (Checks.text("run") + taint), "other.yaml" -> Checks.text("other")).asJava
  )

  private def of(change: FileChange, evidence: Boolean = true): Candidates = {
    val unit = new ChangeSplitter(100000, _.length).split(change).get(0)
    Candidates.of(
      new CheckSettings(checks, Calibration.UNFITTED, 3, 0.5, evidence),
      ReviewedCode.of(change, unit)
    )
  }

  private def file(lines: String*) = Changes.file(lines.mkString("", "\n", "\n"))

  private val run = checks.checks.asScala.find(_.id == "run").get

  test("a line that no value from outside reaches is no candidate of a check of such values") {
    val cases = Seq(
      ("a constant", Seq("  String a = \"ls\";", "  run(a);"), None),
      ("nothing at all", Seq("  run();"), None),
      ("a value from outside", Seq("  String a = inbox.take();", "  run(a);"), Some(1.0)),
      ("what is joined to it", Seq("  run(\"ls \" + inbox.take());"), Some(1.0)),
      ("a parameter", Seq("  run(given);"), Some(0.5)),
      ("an escaped value", Seq("  String a = escape(inbox.take());", "  run(a);"), None),
      ("one of two escaped", Seq("  run(escape(given) + inbox.take());"), Some(1.0)),
      ("a value at a harmless place", Seq("  run(\"ls\", given);"), None),
      ("a parameter that does the work", Seq("  given.run(\"ls\");"), None),
      (
        "a value that a condition lets pass",
        Seq("  if (!allowed.contains(given)) {", "  return;", "  }", "  run(given);"),
        None
      ),
      (
        "a condition about another value",
        Seq("  if (!allowed.contains(size)) {", "  return;", "  }", "  run(given);"),
        Some(0.5)
      ),
      (
        "a condition that comes too late",
        Seq("  run(given);", "  if (!allowed.contains(given)) {", "  return;", "  }"),
        Some(0.5)
      ),
      ("a branch that never runs", Seq("  if (1 > 2) {", "  run(given);", "  }"), None)
    )
    for ((what, body, observed) <- cases) {
      val code = file(("class A { void f(Shell given) {" +: body :+ "} }"): _*)
      val found = of(code)
      assert(found.checks.asScala.map(_.id) == observed.map(_ => "run").toSeq, what)
      for (value <- observed) {
        val Seq(line) = found.lines(run).asScala.toSeq
        val reach = found.clues(run, line)
        assert(reach.flow == value && reach.told.contains("reaches that line"), what)
      }
      assert(of(code, evidence = false).lines(run).asScala.nonEmpty, what)
    }
  }

  test("a check is asked only where more than the calibration wants speaks for it") {
    val code = file("class A { void f() { run(inbox.take()); } void g(int a) { run(a); } }")
    val parameter = file("class A { void g(int a) { run(a); } }")
    def asked(change: FileChange, askFrom: Double, known: String): Seq[String] = {
      val unit = new ChangeSplitter(100000, _.length).split(change).get(0)
      val prior = new Curve(java.util.Map.of("flow", 2.0), java.util.Map.of(known, -1.5), 0)
      val neutral = Calibration.UNFITTED
      val calibration =
        new Calibration(
          "m",
          "q",
          neutral.leaning,
          prior,
          askFrom,
          neutral.screen,
          neutral.verdict,
          0.5
        )
      val settings = new CheckSettings(checks, calibration, 3, 0.5, true)
      Candidates.of(settings, ReviewedCode.of(change, unit)).checks.asScala.map(_.id).toSeq
    }
    // of a parameter -1.5 + 2 * 0.5, of a value from outside -1.5 + 2
    assert(asked(parameter, 0.5, "run").isEmpty)
    assert(asked(parameter, 0.3, "run") == Seq("run"))
    assert(asked(code, 0.5, "run") == Seq("run"))
    assert(asked(code, 0.7, "run").isEmpty)
    assert(asked(code, 0.7, "another") == Seq("run"), "it was not fitted to this check")
  }

  test("where nothing is known nothing is ruled out") {
    val constant = file("class A { void f() { run(\"ls\"); other(\"ls\"); } }")
    val unit = new ChangeSplitter(100000, _.length).split(constant).get(0)
    val code = ReviewedCode.of(constant, unit)
    val settings = new CheckSettings(checks, Calibration.UNFITTED, 3, 0.5, true)
    val unparsed = new ReviewedCode(java.util.Optional.empty(), false, code.lines)
    val cases = Seq("a check that is not about values" -> code, "no grammar" -> unparsed)
    for ((what, of) <- cases) {
      val found = Candidates.of(settings, of)
      assert(found.checks.asScala.exists(_.id == "other"), what)
      for (check <- found.checks.asScala; line <- found.lines(check).asScala) {
        assert(found.clues(check, line) == Clues.NONE, what)
      }
    }
    assert(Candidates.of(settings, unparsed).checks.size == 2)
  }

  test("of a change the new side is followed") {
    val change = Changes.diff(
      """@@ -1,4 +1,4 @@ class A {
        | void f(String given) {
        |-  String a = given;
        |-  run("rm " + a);
        |+  String a = "ls";
        |+  run("rm" + a);
        | }"""
    )
    assert(of(change).checks.isEmpty)
    assert(of(change, evidence = false).checks.size == 1)
  }

  test("where lines have a sign of the defect, only these are candidates") {
    def signed(expression: String, lines: Seq[String], evidence: Boolean = true) = {
      val signs = s"signs:\n  any: ['$expression']\nunless: [harmless]\n"
      val text = Checks.text("other").replace("needs: (?i)other\n", "") + signs
      val set = CheckSet.of(Map("other.yaml" -> text).asJava)
      val change = file(lines: _*)
      val unit = new ChangeSplitter(100000, _.length).split(change).get(0)
      val settings = new CheckSettings(set, Calibration.UNFITTED, 3, 0.5, evidence)
      val found = Candidates.of(settings, ReviewedCode.of(change, unit))
      found.checks.asScala.headOption.map { check =>
        (found.lines(check).asScala.toSeq, found.clues(check).sign)
      }
    }
    val lines = Seq("other(a);", "other(b);", "else(b);", "else(harmless);")
    val both = Seq("other(a);", "other(b);")
    assert(signed("other.b", lines) == Some((Seq("other(b);"), 1.0)))
    assert(signed("none", lines) == Some((both, -1.0)))
    assert(signed("else", lines) == Some((Seq("else(b);"), 1.0)), "also where it cannot stand")
    assert(signed("harmless", lines) == Some((both, -1.0)), "but not where it is ruled out")
    assert(signed("other.b", lines, evidence = false) == Some((both, 0.0)))
    assert(signed("zero", Seq("zero(1);")) == Some((Seq("zero(1);"), 1.0)))
    assert(signed("zero", Seq("one(1);")) == None)
  }

  test("a value from outside and a sign speak for a line more than either alone") {
    val text = Checks.text("run") + taint + "signs:\n  any: ['rm']\n"
    val set = CheckSet.of(Map("run.yaml" -> text).asJava)
    val change = file(
      "class A { void f(String given) {",
      "  run(\"ls \" + given);",
      "  run(\"rm \" + given);",
      "  run(\"rm *\");",
      "  run(\"ls \" + inbox.take());",
      "} }"
    )
    val unit = new ChangeSplitter(100000, _.length).split(change).get(0)
    val settings = new CheckSettings(set, Calibration.UNFITTED, 3, 0.5, true)
    val found = Candidates.of(settings, ReviewedCode.of(change, unit))
    val check = found.checks.get(0)
    assert(found.lines(check).asScala.toSeq == Seq("run(\"rm \" + given);"))
    assert(found.clues(check).flow == 0.5 && found.clues(check).sign == 1)
  }
}
