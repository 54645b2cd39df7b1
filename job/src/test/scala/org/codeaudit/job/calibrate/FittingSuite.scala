package org.codeaudit.job.calibrate

import java.util.OptionalDouble

import scala.jdk.CollectionConverters._
import scala.util.Random

import org.codeaudit.AuditException
import org.codeaudit.check.Calibration
import org.codeaudit.job.eval.answers.ScoredCheck
import org.scalatest.funsuite.AnyFunSuite

class FittingSuite extends AnyFunSuite {
  private def observation(check: String, score: Double, holds: Boolean) =
    new Observation("pair", check, java.util.Map.of("score", score), holds)

  private def drawn(check: String, count: Int, intercept: Double, weight: Double, seed: Int) = {
    val random = new Random(seed)
    Seq.fill(count) {
      val score = random.nextGaussian() * 2
      val probability = 1 / (1 + math.exp(-(intercept + weight * score)))
      observation(check, score, random.nextDouble() < probability)
    }
  }

  private def fit(observations: Seq[Observation]) =
    CurveFit.of(java.util.List.of("score"), observations.asJava)

  test("a curve finds the weight and the intercepts that made the observations") {
    val curve = fit(drawn("a", 4000, -1, 0.8, 1) ++ drawn("b", 4000, 1, 0.8, 2))
    assert(math.abs(curve.weights.get("score") - 0.8) < 0.1, curve)
    assert(math.abs(curve.intercepts.get("a") + 1) < 0.2, curve)
    assert(math.abs(curve.intercepts.get("b") - 1) < 0.2, curve)
  }

  test("a check that was seen once stays near the others; one that was seen often goes its way") {
    val others = drawn("a", 2000, -2, 1, 3)
    val once = fit(others :+ observation("rare", 0, holds = true))
    val often = fit(others ++ Seq.fill(200)(observation("rare", 0, holds = true)))
    def probability(curve: org.codeaudit.check.Curve) =
      curve.probability("rare", java.util.Map.of("score", 0.0))
    assert(probability(once) < 0.5, once)
    assert(probability(often) > 0.9, often)
  }

  test("observations that a threshold tells apart give finite weights") {
    val curve = fit((-20 to 20).map(i => observation("a", i / 4.0, i > 0)))
    assert(curve.weights.get("score") > 1)
    assert(java.lang.Double.isFinite(curve.weights.get("score")))
    assert(curve.probability("a", java.util.Map.of("score", 5.0)) > 0.99)
    assert(curve.probability("a", java.util.Map.of("score", -5.0)) < 0.01)
  }

  test("fitted probabilities are right on the average") {
    val observations = drawn("a", 3000, -1.5, 1, 4)
    val curve = fit(observations)
    val mean = observations.map(one => curve.probability(one.check, one.observed)).sum / 3000
    val share = observations.count(_.holds) / 3000.0
    assert(math.abs(mean - share) < 0.01, s"$mean $share")
  }

  /** Each in a unit of its own. */
  private def scored(screen: Double, present: Boolean, lineRight: Boolean, verdict: Double) =
    of(s"unit $screen $verdict", "a", screen, present, lineRight, verdict)

  private def of(
      unit: String,
      check: String,
      screen: Double,
      present: Boolean,
      lineRight: Boolean,
      verdict: Double,
      flow: Double = 0,
      sign: Double = 0
  ) = {
    val looked = OptionalDouble.of(verdict)
    new ScoredCheck(unit, unit, check, screen, looked, flow, sign, present, lineRight)
  }

  test("the screen's threshold lets nine in ten defects pass") {
    val defects = (1 to 20).map(i => scored(i / 5.0, present = true, i % 2 == 0, i / 5.0))
    val clean = (1 to 60).map(i => scored(-i / 20.0, present = false, lineRight = false, -1))
    val calibration = Fitting.of("model", "questions", (defects ++ clean).asJava)
    val passing = defects.count { one =>
      calibration.screen
        .probability(
          "a",
          java.util.Map.of(
            Calibration.SCREEN,
            calibration.leaning.takenOff(java.util.Map.of("a", one.screen)).get("a")
          )
        ) >= calibration.screenFrom
    }
    assert(passing == 19)
    assert(calibration.model == "model" && calibration.questions == "questions")
    assert(calibration.fitted)
  }

  test("what a unit answers to all questions, and a question to all units, is taken off") {
    val random = new Random(6)
    // every unit leans its own way, check b more than the others, and defects of each check stand out
    // a little
    val names = "a" +: "b" +: (1 to 10).map(i => s"c$i")
    def usual(check: String, lean: Double): Double = lean + (if (check == "b") 3 else 0)
    val checks = for (unit <- 0 until 240; check <- names) yield {
      val present = unit % 2 == 0 && names.indexOf(check) == unit / 2 % names.size
      val score = usual(check, unit % 7) + (if (present) 1.5 else 0) + random.nextGaussian() / 10
      of(s"unit $unit", check, score, present, present, 0)
    }
    val calibration = Fitting.of("m", "q", checks.asJava)
    def probability(lean: Double, more: Double): Double = {
      val scores = names.map { check =>
        check -> Double.box(usual(check, lean) + (if (check == "a") more else 0))
      }
      val left = calibration.leaning.takenOff(scores.toMap.asJava).get("a")
      calibration.screen.probability("a", java.util.Map.of(Calibration.SCREEN, left))
    }
    for (lean <- Seq(0.0, 3.0, 6.0)) {
      assert(probability(lean, 1.5) > 0.5, lean)
      assert(probability(lean, 0) < 0.3, lean)
    }
  }

  test("the second look counts only where it tells what was left out of the fit") {
    val random = new Random(7)
    def set(tells: Boolean) = (1 to 200).map { i =>
      val holds = random.nextBoolean()
      val verdict = random.nextGaussian() + (if (tells && holds) 3 else 0)
      of(s"unit $i", "a", random.nextGaussian(), holds, holds, verdict)
    }
    assert(Fitting.of("m", "q", set(tells = true).asJava).usesVerdict)
    assert(!Fitting.of("m", "q", set(tells = false).asJava).usesVerdict)
  }

  test("signs and values from outside count for the unit and for the finding") {
    val random = new Random(8)
    val seen = (1 to 200).map { i =>
      val holds = random.nextBoolean()
      def clue(): Double = if (random.nextDouble() < (if (holds) 0.8 else 0.2)) 1 else -1
      val score = random.nextGaussian()
      of(s"unit $i", "a", score, holds, holds, random.nextGaussian(), clue(), clue())
    }
    val calibration = Fitting.of("m", "q", seen.asJava)
    for (curve <- Seq(calibration.screen, calibration.verdict); clue <- Seq("flow", "sign"))
      assert(curve.weights.get(clue) > 0.5, s"$clue $curve")
  }

  test("checks of which too little is known before to matter are not asked") {
    val random = new Random(9)
    // a sign tells nearly all; the answer moves it little
    val seen = (1 to 400).map { i =>
      val sign = if (i % 4 == 0) 1 else -1
      val holds = random.nextDouble() < (if (sign > 0) 0.6 else 0.01)
      of(s"unit $i", "a", random.nextGaussian() + (if (holds) 0.5 else 0), holds, holds, 0, 0, sign)
    }
    val calibration = Fitting.of("m", "q", seen.asJava)
    def asked(check: String, sign: Double) =
      calibration.isWorthAsking(check, java.util.Map.of(Calibration.SIGN, sign))
    assert(asked("a", 1) && !asked("a", -1))
    assert(asked("unknown", -1), "a check that was not fitted to")
    assert(calibration.askingAll.isWorthAsking("a", java.util.Map.of(Calibration.SIGN, -1)))
    val unfitted = Calibration.neutral(java.util.Map.of("a", -5.0))
    assert(unfitted.isWorthAsking("a", java.util.Map.of(Calibration.SIGN, -1)))
  }

  test("an answer that can turn the balance is asked for wherever it can") {
    val random = new Random(10)
    val seen = (1 to 400).map { i =>
      val sign = if (i % 4 == 0) 1 else -1
      val holds = random.nextDouble() < (if (sign > 0) 0.6 else 0.1)
      of(s"unit $i", "a", random.nextGaussian() + (if (holds) 4 else 0), holds, holds, 0, 0, sign)
    }
    val calibration = Fitting.of("m", "q", seen.asJava)
    assert(calibration.isWorthAsking("a", java.util.Map.of(Calibration.SIGN, -1)))
  }

  test("a set in which nothing can be told apart is refused") {
    for (present <- Seq(true, false)) {
      val same = (1 to 5).map(i => scored(i, present, present, i))
      val refused = intercept[AuditException](Fitting.of("m", "q", same.asJava))
      assert(refused.errorClass.name == "CALIBRATION_UNFITTED")
    }
  }
}
