package org.codeaudit.job

import java.util.OptionalLong

import org.scalatest.funsuite.AnyFunSuite

import org.codeaudit.udf.Progress

class ProgressLineSuite extends AnyFunSuite {
  private def line(progress: Progress, inputs: OptionalLong, seconds: Double) =
    ProgressLine.describe(progress, inputs, "files", (seconds * 1e9).toLong)

  test("a run in progress says what is done, how fast and what is left") {
    val progress = new Progress(5, 0, 12, 0, 7, 9000, 1000)
    assert(
      line(progress, OptionalLong.of(20), 100) ===
        "5/20 files, 12 rows, 7 findings, 100 tokens/s, 1 min 40 s gone, about 5 min 00 s left"
    )
  }

  test("failed rows are named as soon as there are some") {
    val progress = new Progress(2, 0, 2, 1, 0, 10, 10)
    assert(line(progress, OptionalLong.of(2), 10).startsWith("2/2 files, 2 rows (1 failed), "))
  }

  test("nothing is said about what is left before anything is done, when all is done or unknown") {
    for (
      (done, inputs) <- Seq(
        (0L, OptionalLong.of(9)),
        (9L, OptionalLong.of(9)),
        (4L, OptionalLong.empty)
      )
    ) assert(!line(new Progress(done, 0, done, 0, 0, 1, 1), inputs, 5).contains("left"))
  }

  for (
    (seconds, text) <- Seq(
      (0.4, "0 s"),
      (59.0, "59 s"),
      (60.0, "1 min 00 s"),
      (3599.0, "59 min 59 s"),
      (3600.0, "1 h 00 min"),
      (93784.0, "26 h 03 min")
    )
  ) test(s"$seconds seconds read as $text") {
    assert(ProgressLine.duration(seconds) === text)
  }
}
