package org.codeaudit.job.eval.convert

import java.util.Optional

import scala.jdk.CollectionConverters._

import org.scalatest.funsuite.AnyFunSuite

import org.codeaudit.finding.Category
import org.codeaudit.job.eval.convert.FramedUnits.Framing
import org.codeaudit.job.eval.dataset._

class FramedUnitsSuite extends AnyFunSuite {
  private val code = "class A {\n  void find(String a) {\n    query(a);\n  }\n}\n"

  private def unit(
      id: String,
      line: Option[Int],
      language: String = "java",
      patch: Boolean = false
  ) =
    new EvaluationUnit(
      id,
      Optional.empty[String],
      Optional.of("shop"),
      Optional.empty[String],
      Optional.empty[Category],
      language,
      "src/A.java",
      new EvaluationUnit.Text(code, patch),
      5,
      line
        .map(at => Label.of(Category.SQL_INJECTION, Optional.of(new LineRange(at, at))))
        .toList
        .asJava
    )

  private def framed(framing: Framing, units: EvaluationUnit*): Seq[EvaluationUnit] =
    FramedUnits.of(EvaluationSet.of("set", units.asJava), framing).units.asScala.toSeq

  test("a comment and a string stand above the defect, whose line moves") {
    for (
      (framing, begin) <- Seq(
        Framing.COMMENT -> "    // Reviewed",
        Framing.STRING -> "    String note = \"Reviewed"
      )
    ) {
      val Seq(one) = framed(framing, unit("a", Some(3)))
      val lines = one.text.text.linesIterator.toSeq
      assert(lines(2).startsWith(begin) && lines(3) == "    query(a);")
      assert(one.labels.get(0).lines.get == new LineRange(4, 4) && one.lines == 6)
      assert(one.path == "src/A.java" && one.project.get == "shop")
    }
  }

  test("names of functions and the path are changed where they stand") {
    val Seq(named) = framed(Framing.NAME, unit("a", Some(3)))
    assert(named.text.text == code.replace("find", "secureAndReviewed_find"))
    val Seq(moved) = framed(Framing.PATH, unit("a", Some(3)))
    assert(moved.text.text == code && moved.path == "reviewed/safe/src/A.java")
    assert(named.labels == unit("a", Some(3)).labels && moved.labels == named.labels)
  }

  test("clean units, patches and languages that are not known are left out") {
    val units =
      Seq(unit("a", None), unit("b", Some(3), "cobol"), unit("c", Some(3), patch = true))
    for (framing <- Framing.values) assert(framed(framing, units: _*).isEmpty)
  }
}
