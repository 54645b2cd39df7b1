package org.codeaudit.check

import scala.jdk.CollectionConverters._

import org.scalatest.funsuite.AnyFunSuite

class LeaningSuite extends AnyFunSuite {
  private val leaning = Leaning.of(Map("a" -> Double.box(1), "b" -> Double.box(3)).asJava)

  private def left(scores: (String, Double)*): Map[String, Double] =
    leaning
      .takenOff(scores.map { case (check, score) => check -> Double.box(score) }.toMap.asJava)
      .asScala
      .map { case (check, score) => check -> score.doubleValue }
      .toMap

  test("what is left is what a check has beyond its usual score and the unit's own lean") {
    assert(left("a" -> 1, "b" -> 3) == Map("a" -> 0.0, "b" -> 0.0))
    // both are 3 above what is usual: two thirds of the 6 in all are the unit's
    assert(left("a" -> 4, "b" -> 6) == Map("a" -> 1.0, "b" -> 1.0))
    assert(left("a" -> 7, "b" -> 3) == Map("a" -> 4.0, "b" -> -2.0))
  }

  test("a check that was not known is as usual as the others are on the average") {
    assert(leaning.elsewhere == 2)
    assert(left("c" -> 2) == Map("c" -> 0.0))
  }

  test("of one check alone half is taken for the unit's lean, and of nothing nothing is left") {
    assert(left("a" -> 5) == Map("a" -> 2.0))
    assert(left() == Map.empty)
  }
}
