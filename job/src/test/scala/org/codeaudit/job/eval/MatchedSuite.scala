package org.codeaudit.job.eval

import java.util.Optional

import scala.jdk.CollectionConverters._

import org.codeaudit.finding.Category
import org.codeaudit.finding.Category._
import org.codeaudit.job.eval.Units._
import org.codeaudit.job.eval.dataset.Label
import org.scalatest.funsuite.AnyFunSuite

class MatchedSuite extends AnyFunSuite {
  private def matched(labels: Seq[Label], findings: Seq[Reported], level: Level): Matched =
    Matched.of(review(unit("u", labels) -> findings).units.get(0), level)

  private def found(label: Label, finding: Reported, level: Level): Boolean =
    matched(Seq(label), Seq(finding), level).missed.isEmpty

  test("a finding finds a defect of its kind in its file, and on its line within two lines") {
    val at = label(SQL_INJECTION, (10, 12))
    // finding, whether the kind is right, and whether the line is right as well
    val table = Seq(
      (finding(SQL_INJECTION, Some((11, 11))), true, true),
      (finding(SQL_INJECTION, Some((8, 8))), true, true),
      (finding(SQL_INJECTION, Some((14, 14))), true, true),
      (finding(SQL_INJECTION, Some((5, 8))), true, true),
      (finding(SQL_INJECTION, Some((1, 50))), true, true),
      (finding(SQL_INJECTION, Some((7, 7))), true, false),
      (finding(SQL_INJECTION, Some((15, 15))), true, false),
      (finding(SQL_INJECTION, None), true, false),
      (finding(SQL_INJECTION, Some((11, 11)), file = "src/B.java"), false, false),
      (finding(COMMAND_INJECTION, Some((11, 11))), false, false)
    )
    for ((finding, kind, line) <- table) {
      assert(found(at, finding, Level.FOUND) == kind, finding)
      assert(found(at, finding, Level.LINE) == line, finding)
    }
  }

  test("the number of the weakness is as good as the category, and none equals no other none") {
    def numbered(category: Category, cwe: Option[String]) =
      new Label(category, cwe.fold(Optional.empty[String]())(Optional.of(_)), Optional.empty())
    val table = Seq(
      (numbered(OTHER, Some("CWE-89")), finding(SQL_INJECTION), true),
      (numbered(INCORRECT_LOGIC, Some("CWE-595")), finding(INCORRECT_LOGIC), true),
      (numbered(INCORRECT_LOGIC, Some("CWE-89")), finding(INCORRECT_LOGIC), true),
      (numbered(INCORRECT_LOGIC, None), finding(API_MISUSE), false),
      (numbered(WEAK_HASH, Some("CWE-328")), finding(WEAK_CRYPTOGRAPHY), false)
    )
    for ((label, finding, right) <- table) {
      assert(found(label, finding, Level.FOUND) == right, label)
    }
  }

  test("a label whose lines are not known is found by its kind alone") {
    val unknown = Label.of(SQL_INJECTION, Optional.empty())
    assert(found(unknown, finding(SQL_INJECTION), Level.FOUND))
    assert(!found(unknown, finding(SQL_INJECTION), Level.LINE))
    assert(new Matched.Match(finding(SQL_INJECTION), unknown).onLine.isEmpty)
  }

  test("one finding matches one label, the most confident first, and the rest is wrong") {
    val labels = Seq(label(SQL_INJECTION, (10, 10)), label(SQL_INJECTION, (50, 50)))
    val findings = Seq(
      finding(SQL_INJECTION, Some((90, 90)), Some(0.2), fingerprint = "late"),
      finding(SQL_INJECTION, Some((50, 50)), Some(0.9), fingerprint = "second"),
      finding(SQL_INJECTION, Some((11, 11)), Some(0.8), fingerprint = "first"),
      finding(DEADLOCK, Some((10, 10)), Some(1.0), fingerprint = "other"),
      finding(SQL_INJECTION, Some((10, 10)), None, fingerprint = "unmeasured")
    )
    val result = matched(labels, findings, Level.FOUND)
    val pairs = result.matches.asScala.map(m => m.finding.fingerprint -> m.label.lines.get.start)
    assert(pairs == Seq("second" -> 50, "first" -> 10))
    assert(result.wrong.asScala.map(_.fingerprint) == Seq("other", "late", "unmeasured"))
    assert(result.repeats == 2 && result.missed.isEmpty)
    // Where lines count, only what stands on a label's line repeats it.
    val onLines = matched(labels, findings, Level.LINE)
    assert(onLines.matches.size == 2 && onLines.wrong.size == 3 && onLines.repeats == 1)
  }

  test("of findings that are equally sure, the one that the review gave first is matched") {
    val twice = Seq("a", "b").map(f => finding(DEADLOCK, confidence = Some(0.5), fingerprint = f))
    val result = matched(Seq(label(DEADLOCK)), twice, Level.FOUND)
    assert(result.matches.get(0).finding.fingerprint == "a")
  }

  test("what is said of a clean unit is wrong") {
    val result = matched(Nil, Seq(finding(DEADLOCK)), Level.FOUND)
    assert(result.wrong.size == 1 && result.repeats == 0 && result.missed.isEmpty)
  }
}
