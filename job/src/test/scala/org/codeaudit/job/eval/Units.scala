package org.codeaudit.job.eval
import java.util.{Optional, OptionalDouble}

import scala.jdk.CollectionConverters._
import scala.jdk.OptionConverters._

import org.codeaudit.finding.Category
import org.codeaudit.job.eval.dataset.{EvaluationSet, EvaluationUnit, Label, LineRange}

/** Units, labels and findings made in a few words. */
object Units {
  val path = "src/A.java"

  def range(lines: (Int, Int)): LineRange = new LineRange(lines._1, lines._2)

  def label(category: Category, lines: (Int, Int) = (10, 10)): Label =
    Label.of(category, Optional.of(range(lines)))

  def unit(
      id: String,
      labels: Seq[Label] = Nil,
      twin: Option[String] = None,
      kind: Option[Category] = None,
      language: String = "java",
      lines: Int = 100
  ): EvaluationUnit = new EvaluationUnit(
    id,
    twin.toJava,
    Optional.empty(),
    Optional.empty(),
    kind.toJava,
    language,
    path,
    new EvaluationUnit.Text("code", false),
    lines,
    labels.asJava
  )

  def finding(
      category: Category,
      lines: Option[(Int, Int)] = Some((10, 10)),
      confidence: Option[Double] = None,
      file: String = path,
      fingerprint: String = "f"
  ): Reported = new Reported(
    category,
    category.cwe,
    file,
    lines.map(range).toJava,
    confidence.fold(OptionalDouble.empty())(OptionalDouble.of(_)),
    fingerprint
  )

  def review(units: (EvaluationUnit, Seq[Reported])*): Review =
    scored(units.map { case (unit, findings) => (unit, findings, Map.empty[Category, Double]) }: _*)

  def scored(units: (EvaluationUnit, Seq[Reported], Map[Category, Double])*): Review = new Review(
    EvaluationSet.of("set", units.map(_._1).asJava),
    units.map { case (unit, findings, scores) =>
      val boxed = scores.map { case (category, score) => category -> Double.box(score) }
      new ReviewedUnit(unit, findings.asJava, Optional.empty(), boxed.asJava, java.util.Map.of())
    }.asJava
  )
}
