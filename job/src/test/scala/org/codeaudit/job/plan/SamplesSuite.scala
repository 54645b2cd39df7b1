package org.codeaudit.job.plan

import scala.util.Random

import org.scalatest.funsuite.AnyFunSuite

class SamplesSuite extends AnyFunSuite {
  private def close(a: Double, b: Double): Boolean = math.abs(a - b) < 1e-9 * math.abs(b)

  test("a total is the ratio of the sample times all sizes, with the variance of its residuals") {
    // By hand: ratio 26 / 13 = 2, residuals 0, -2, 2 of clusters of 4, 5 and 4.
    val total = Samples.total(Array(8, 8, 10), Array(4, 5, 4), 100, 25)
    assert(close(total.estimate, 200))
    val variance = (1 - 3.0 / 25) / 3 * ((4 + 4) / 2.0) / math.pow(13.0 / 3, 2)
    // 4.302653 is Student's 97.5 % quantile with 2 degrees of freedom, as tables have it.
    assert(math.abs(total.halfWidth - 100 * math.sqrt(variance) * 4.302653) < 1e-4)
  }

  test("what was read as a whole is exact, and one cluster says nothing about the others") {
    assert(Samples.total(Array(3, 4), Array(1, 1), 2, 2) === Interval.exact(7))
    assert(Samples.mean(Array(3, 5), 2) === Interval.exact(4))
    assert(Samples.total(Array(3), Array(1), 9, 9).halfWidth.isNaN)
    assert(!Samples.total(Array(3), Array(1), 9, 9).within(1))
    assert(Samples.mean(Array(3), 9).halfWidth.isNaN)
  }

  test("clusters that are alike in proportion to their size are known exactly from two") {
    assert(Samples.total(Array(10, 40), Array(1, 4), 50, 30) === new Interval(500, 0))
  }

  for ((name, deviation, sampled) <- Seq(("mild", 0.7, 40), ("strong", 1.2, 150)))
    test(s"95 % intervals of totals with $name skew hold nine times of ten or more") {
      val random = new Random(5)
      val sizes = Array.fill(600)(1 + random.nextInt(16).toDouble)
      val values = sizes.map(_ * 300 * math.exp(deviation * random.nextGaussian()))
      val trials = 400
      val held = (1 to trials).count { _ =>
        val chosen = random.shuffle(sizes.indices.toVector).take(sampled).toArray
        val interval = Samples.total(chosen.map(values), chosen.map(sizes), sizes.sum, sizes.length)
        interval.low <= values.sum && values.sum <= interval.high
      }
      assert(held >= trials * 0.9)
    }

  test("sums and products of estimates carry their errors along") {
    val (a, b) = (new Interval(10, 1), new Interval(20, 4))
    assert(a.plus(b) === new Interval(30, 5))
    assert(a.times(3) === new Interval(30, 3))
    assert(close(a.times(b).halfWidth, math.hypot(20, 40)))
    assert(new Interval(1, 2).low === 0)
  }
}
