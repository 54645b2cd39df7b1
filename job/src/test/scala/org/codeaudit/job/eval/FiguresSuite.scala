package org.codeaudit.job.eval

import java.util.OptionalDouble

import scala.jdk.CollectionConverters._

import org.codeaudit.finding.Category._
import org.codeaudit.job.eval.Units._
import org.scalatest.funsuite.AnyFunSuite

class FiguresSuite extends AnyFunSuite {
  private def close(value: OptionalDouble, expected: Double): Boolean =
    value.isPresent && math.abs(value.getAsDouble - expected) < 1e-9

  /** Two pairs, one clean unit that imitates a defect, and one that imitates none. */
  private val one = unit("one", Seq(label(SQL_INJECTION)), twin = Some("one-clean"))
  private val oneClean = unit("one-clean", twin = Some("one"))
  private val two = unit("two", Seq(label(DEADLOCK)), twin = Some("two-clean"), language = "go")
  private val twoClean = unit("two-clean", twin = Some("two"), language = "go")
  private val imitating = unit("imitating", kind = Some(SQL_INJECTION), lines = 300)
  private val plain = unit("plain", lines = 300)

  private val reviewed = review(
    one -> Seq(
      finding(SQL_INJECTION, confidence = Some(0.9)),
      finding(DEADLOCK, confidence = Some(0.3), fingerprint = "g")
    ),
    oneClean -> Nil,
    two -> Seq(finding(DEADLOCK, Some((40, 40)), Some(0.7))),
    twoClean -> Seq(
      finding(DEADLOCK, confidence = Some(0.7)),
      finding(DEAD_CODE, Some((1, 1)), fingerprint = "h")
    ),
    imitating -> Seq(finding(SQL_INJECTION, confidence = Some(0.2))),
    plain -> Nil
  )

  test("precision, recall and F1 are counted in all, by category, by number and by language") {
    val found = Accuracy.of(reviewed, Level.FOUND)
    assert(found.all == new Counts(2, 4, 0) && found.lines == 1000 && found.repeats == 0)
    assert(found.byCategory.get("deadlock") == new Counts(1, 2, 0))
    assert(found.byCategory.get("sql-injection") == new Counts(1, 1, 0))
    assert(found.byCwe.get("CWE-833") == new Counts(1, 2, 0))
    assert(found.byCwe.get("CWE-561") == new Counts(0, 1, 0))
    assert(
      found.byLanguage.asScala == Map("java" -> new Counts(1, 2, 0), "go" -> new Counts(1, 2, 0))
    )
    assert(close(found.all.f1, 0.5) && close(found.all.precision.value, 1.0 / 3))
    assert(close(found.all.recall.value, 1) && close(found.wrongPerThousandLines, 4))
    // (2·1/(2+2) + 2·1/(2+1)) / 2: dead code has no label and does not count
    assert(close(found.meanF1, (0.5 + 2.0 / 3) / 2))
    val line = Accuracy.of(reviewed, Level.LINE)
    assert(line.all == new Counts(1, 5, 1))
    assert(line.byCategory.get("deadlock") == new Counts(0, 3, 1))
  }

  test("where nothing was reported or is to be found there is no figure, and never a wrong one") {
    val nothing = new Counts(0, 0, 0)
    assert(nothing.f1.isEmpty && nothing.precision.value.isEmpty && nothing.recall.low.isEmpty)
    assert(close(new Counts(0, 0, 3).f1, 0) && new Counts(0, 0, 3).precision.value.isEmpty)
    val clean = review(plain -> Nil)
    assert(Accuracy.of(clean, Level.FOUND).meanF1.isEmpty && Youden.of(clean).mean.isEmpty)
    assert(CleanUnits.of(review(one -> Nil)).perUnit.isEmpty)
    assert(Calibration.of(clean, Level.FOUND).expectedError.isEmpty)
    assert(Ranking.of(reviewed, _.scores).rightAboveOthers.isEmpty)
  }

  test("findings in clean units are counted, and those that are not even of the unit's kind") {
    val clean = CleanUnits.of(reviewed)
    assert(clean.flagged == new Share(2, 4) && clean.findings == 3 && clean.ofOtherKinds == 1)
    assert(close(clean.perUnit, 0.75) && close(clean.ofOtherKindsPerUnit, 0.25))
    assert(close(clean.perThousandLines, 3 / 0.8))
  }

  test("Youden's index tells defects from clean units of their kind, pooled and as a mean") {
    val youden = Youden.of(reviewed)
    val sql = youden.byCategory.get(SQL_INJECTION)
    // found in one of one, flagged in one (imitating) of two
    assert(sql == new Youden.Rates(new Share(1, 1), new Share(1, 2)) && close(sql.index, 0.5))
    assert(close(youden.byCategory.get(DEADLOCK).index, 0))
    assert(close(youden.mean, 0.25) && close(youden.pooled.index, 1 - 2.0 / 3))
  }

  test("a category without units of either sort has no index and is left out of the mean") {
    val youden = Youden.of(review(one -> Seq(finding(SQL_INJECTION)), plain -> Nil))
    assert(youden.byCategory.get(SQL_INJECTION).index.isEmpty && youden.mean.isEmpty)
  }

  test("a pair is correct if the defect is found and its twin is not flagged for it") {
    val hit = Seq(finding(SQL_INJECTION))
    val table = Seq(
      (hit, Nil, new Pairs(1, 0, 0, 0)),
      (hit, Seq(finding(DEADLOCK)), new Pairs(1, 0, 0, 0)),
      (hit, hit, new Pairs(0, 1, 0, 0)),
      (Nil, Nil, new Pairs(0, 0, 1, 0)),
      (Seq(finding(DEADLOCK)), hit, new Pairs(0, 0, 0, 1))
    )
    for ((defect, clean, expected) <- table) {
      assert(Pairs.of(review(one -> defect, oneClean -> clean, plain -> hit)) == expected)
    }
    assert(close(Pairs.of(reviewed).correctShare.value, 0.5))
  }

  test("confidence is compared with how often it is right") {
    val calibration = Calibration.of(reviewed, Level.FOUND)
    // right: 0.9 and 0.7; wrong: 0.3, 0.7 and 0.2; one has none
    val bins = calibration.bins.asScala
    assert(calibration.findings == 5 && bins.size == 10)
    assert(bins(7).right == new Share(1, 2) && close(bins(7).confidence, 0.7))
    assert(close(calibration.brier, (0.01 + 0.09 + 0.09 + 0.49 + 0.04) / 5))
    assert(close(calibration.expectedError, (0.1 + 2 * 0.2 + 0.3 + 0.2) / 5))
  }

  test("bins begin with their lower bound, and the last holds certainty") {
    for ((confidence, bin) <- Seq(0.0 -> 0, 0.0999 -> 0, 0.1 -> 1, 0.3 -> 3, 0.99 -> 9, 1.0 -> 9)) {
      val one = review(plain -> Seq(finding(DEADLOCK, confidence = Some(confidence))))
      val filled = Calibration.of(one, Level.FOUND).bins.asScala.indexWhere(_.right.of == 1)
      assert(filled == bin, confidence)
    }
  }

  test("who wants more confidence sees what is left, and what has none stays") {
    val sweep = Sweep.of(reviewed).asScala.map(step => step.least -> step).toMap
    assert(sweep.size == 20 && sweep.contains(0.95))
    assert(sweep(0.0).found == new Counts(2, 4, 0))
    assert(sweep(0.5).found == new Counts(2, 2, 0))
    assert(sweep(0.7).found == new Counts(2, 2, 0))
    assert(sweep(0.75).found == new Counts(1, 1, 1))
    assert(sweep(0.95).found == new Counts(0, 1, 2))
    assert(sweep(0.95).clean.findings == 1)
  }

  test("a finding comes and goes if a review lacks it, and so does its unit") {
    val hit = finding(SQL_INJECTION, fingerprint = "hit")
    val other = finding(DEADLOCK, fingerprint = "other")
    val flaps = Flaps.of(
      Seq(
        review(one -> Seq(hit, other), two -> Seq(hit), plain -> Nil),
        review(one -> Seq(hit), two -> Seq(hit), plain -> Nil),
        review(one -> Seq(hit, other), two -> Seq(hit), plain -> Nil)
      ).asJava
    )
    assert(flaps == new Flaps(new Share(1, 3), new Share(1, 3)))
    assert(Flaps.of(Seq(reviewed, reviewed).asJava).findings.count == 0)
  }

  test("scores rank the right category above others, the more so when centred") {
    val leaning = scored(
      (one, Nil, Map(SQL_INJECTION -> 3.0, DEADLOCK -> 4.0)),
      (oneClean, Nil, Map(SQL_INJECTION -> 3.0, DEADLOCK -> 4.0)),
      (two, Nil, Map(SQL_INJECTION -> 1.0, DEADLOCK -> 6.0)),
      (twoClean, Nil, Map(SQL_INJECTION -> 1.0, DEADLOCK -> 5.0)),
      (plain, Nil, Map(SQL_INJECTION -> 9.0))
    )
    val ranking = Ranking.of(leaning, _.scores)
    // right 3 3 6 5 against others 4 4 1 1
    assert(close(ranking.rightAboveOthers, 12.0 / 16))
    assert(close(ranking.centred, 1))
    // one tie, and 6 above 5
    assert(close(ranking.defectAboveClean, 0.75) && ranking.asked == new Share(4, 4))
    val deadlock = ranking.byCategory.get(DEADLOCK)
    assert(close(deadlock.ownAboveOthers, 1) && close(deadlock.defectAboveClean, 1))
    assert(close(ranking.byCategory.get(SQL_INJECTION).defectAboveClean, 0.5))
  }

  test("what was not asked has no part in the ranking, and is counted") {
    val asked = scored(
      (one, Nil, Map(DEADLOCK -> 4.0)),
      (oneClean, Nil, Map(SQL_INJECTION -> 3.0, DEADLOCK -> 2.0)),
      (two, Nil, Map.empty),
      (twoClean, Nil, Map(DEADLOCK -> 3.0))
    )
    val ranking = Ranking.of(asked, _.scores)
    assert(ranking.asked == new Share(2, 4))
    // right 3 3 against others 4 2
    assert(close(ranking.rightAboveOthers, 0.5) && ranking.defectAboveClean.isEmpty)
  }

  test("a share has Wilson's interval") {
    // Worked out with Python's statistics.NormalDist for z.
    for (
      (count, of, low, high) <- Seq(
        (15, 20, 0.5313, 0.8881),
        (0, 4, 0.0, 0.4899),
        (10, 10, 0.7225, 1.0)
      )
    ) {
      val share = new Share(count, of)
      assert(math.abs(share.low.getAsDouble - low) < 5e-5, share)
      assert(math.abs(share.high.getAsDouble - high) < 5e-5, share)
    }
    assert(intercept[IllegalArgumentException](new Share(3, 2)) != null)
  }

  test("an evaluation is about what is shown, but for scores and the sweep") {
    val usage = new Usage(100, 40, 10, 36, 50, 5, 1000)
    val evaluation = Evaluation.of("m", Seq(reviewed, reviewed).asJava, usage, 0.5)
    assert(evaluation.accuracy.get(Level.FOUND).all == new Counts(2, 2, 0))
    assert(evaluation.linesRight == new Share(1, 2))
    assert(evaluation.sweep.get(0).found == new Counts(2, 4, 0))
    assert(evaluation.calibration.get(Level.FOUND).findings == 5)
    assert(evaluation.flaps.get.findings == new Share(0, 4))
    assert(usage.computedTokens == 60 && math.abs(usage.cost(2) - 0.02) < 1e-12)
    assert(close(usage.costPerThousandLines(2), 0.02))
  }
}
