package org.codeaudit.check

import scala.jdk.CollectionConverters._

import org.scalatest.funsuite.AnyFunSuite

class CurveSuite extends AnyFunSuite {
  private def curve(intercept: Double, intercepts: (String, Double)*)(weights: (String, Double)*) =
    new Curve(numbers(weights: _*), numbers(intercepts: _*), intercept)

  private def numbers(of: (String, Double)*) =
    of.map { case (name, number) => name -> Double.box(number) }.toMap.asJava

  test("a probability is that of the logistic curve") {
    val two = curve(-1, "raw-query" -> 0.5)("screen" -> 2.0, "verdict" -> 1.0)
    val cases = Seq(
      ("raw-query", Seq("screen" -> 0.25, "verdict" -> -1.0), 0.5),
      ("raw-query", Seq("screen" -> 0.25), 0.7310585786300049), // z = 1
      ("raw-path", Seq("screen" -> 1.0, "verdict" -> 1.0), 0.8807970779778823), // z = 2
      ("raw-path", Nil, 0.2689414213699951), // z = -1
      ("raw-path", Seq("smell" -> 9.0), 0.2689414213699951)
    )
    for ((check, observed, expected) <- cases)
      assert(math.abs(two.probability(check, numbers(observed: _*)) - expected) < 1e-12)
  }

  test("the highest scores there are give probabilities, and more is never less") {
    val one = curve(0)("screen" -> 1.0)
    val found = Seq(-1e9, -30.0, -1.0, 0.0, 1.0, 30.0, 1e9)
      .map(score => one.probability("any", numbers("screen" -> score)))
    assert(found.forall(p => p >= 0 && p <= 1) && found == found.sorted)
  }

  test("curves and checks have one order in every JVM: keys are made of them") {
    val ids = (1 to 40).map(i => s"check-$i")
    val many = Calibration.neutral(numbers(ids.map(_ -> 1.0): _*))
    assert(many.leaning.usual.keySet.asScala.toSeq == ids.sorted)
    val curve = new Curve(many.leaning.usual, many.leaning.usual, 0)
    assert(curve.weights.keySet.asScala.toSeq == ids.sorted)
    assert(curve.intercepts.keySet.asScala.toSeq == ids.sorted)
    for (check <- CheckSet.bundled().checks.asScala) {
      assert(check.languages.asScala.toSeq == check.languages.asScala.toSeq.sorted, check.id)
    }
  }

  test("without labels a model's own leaning is taken off, check by check") {
    val calibration = Calibration.neutral(numbers("raw-query" -> 3.0, "raw-path" -> -1.0))
    def screen(check: String, score: Double) =
      calibration.screen.probability(
        check,
        numbers(
          Calibration.SCREEN -> calibration.leaning.takenOff(numbers(check -> score)).get(check)
        )
      )
    assert(screen("raw-query", 3) == 0.5 && screen("raw-path", -1) == 0.5)
    assert(screen("raw-query", 2.9) < 0.5 && screen("raw-path", -0.9) > 0.5)
    assert(screen("unknown", 1) == 0.5)
    assert(!calibration.fitted && calibration.screenFrom == 0.5)
  }

  test("a finding without labels needs more than what the screen needs") {
    val calibration = Calibration.neutral(numbers("raw-query" -> 3.0))
    def verdict(observed: (String, Double)*) =
      calibration.verdict.probability("raw-query", numbers(observed: _*))
    assert(verdict("screen" -> 0, "verdict" -> 0) < 0.5)
    assert(verdict("screen" -> 2.5, "verdict" -> 2) == 0.5)
    assert(verdict("screen" -> 2.5, "verdict" -> 2, "flow" -> 1) > 0.5)
    assert(verdict("screen" -> 2.5, "verdict" -> 2, "flow" -> -1) < 0.5)
  }

  test("settings have another key where an answer may be another") {
    def settings(
        ids: Seq[String] = Seq("raw-path", "raw-query"),
        most: Int = 3,
        explainFrom: Double = 0.5,
        evidence: Boolean = false,
        calibration: Calibration = Calibration.UNFITTED
    ) = new CheckSettings(
      Checks.of("raw-path", "raw-query").only(ids.asJava),
      calibration,
      most,
      explainFrom,
      evidence
    )
    val neutral = Calibration.UNFITTED
    val fitted = new Calibration(
      "model",
      "questions",
      neutral.leaning,
      neutral.screen,
      0.1,
      neutral.screen,
      neutral.verdict,
      0.5
    )
    val others = Seq(
      settings(Seq("raw-path")),
      settings(most = 2),
      settings(explainFrom = 0.4),
      settings(evidence = true),
      settings(calibration = fitted),
      settings(calibration = fitted.askingAll)
    )
    assert((settings() +: others).map(_.key).distinct.size == 7)
    assert(settings().key == settings().key && settings().present && !CheckSettings.NONE.present)
  }
}
