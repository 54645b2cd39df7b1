package org.codeaudit.job.console
import java.io.{ByteArrayOutputStream, PrintStream}
import java.util.{OptionalInt, OptionalLong}

import org.apache.spark.SparkContext
import org.scalatest.concurrent.Eventually
import org.scalatest.time.{Seconds, Span}

import org.codeaudit.job.source.SparkSuite
import org.codeaudit.udf.run.{Progress, ProgressAccumulator}

object ProgressLineSuite {
  private def progress(rows: Long, failed: Long = 0, findings: Long = 0) =
    new Progress(rows, 0, rows, failed, findings, 10 * rows, rows)

  /** A job whose tasks report as the functions that ask a model do. */
  private def report(spark: SparkContext, progress: ProgressAccumulator, rows: Seq[Int]): Unit =
    spark
      .parallelize(rows, 4)
      .foreachPartition { partition =>
        progress.add(Progress.NONE)
        partition.foreach(_ => progress.add(ProgressLineSuite.progress(1)))
      }
}

class ProgressLineSuite extends SparkSuite with Eventually {
  import ProgressLineSuite.progress

  private def line(
      done: Long,
      parts: OptionalLong,
      progress: Progress,
      seconds: Double,
      executors: OptionalInt = OptionalInt.empty
  ) = ProgressLine.describe(
    new ProgressLine.State(done, parts, progress, 99.6, executors, seconds)
  )

  test("a run in progress says what is done, how fast, by how many and what is left") {
    assert(
      line(5, OptionalLong.of(20), progress(12, 0, 7), 100, OptionalInt.of(3)) ===
        "5/20 parts, 12 rows, 7 findings, 100 tokens/s, 3 executors, 1 min 40 s gone, " +
        "about 5 min 00 s left"
    )
  }

  test("failed rows are named as soon as there are some") {
    assert(
      line(2, OptionalLong.of(2), progress(2, 1), 10).startsWith("2/2 parts, 2 rows (1 failed), ")
    )
  }

  test("nothing is said about what is left before anything is done, when all is done or unknown") {
    for (
      (done, parts) <- Seq(
        (0L, OptionalLong.of(9)),
        (9L, OptionalLong.of(9)),
        (4L, OptionalLong.empty)
      )
    ) assert(!line(done, parts, progress(done), 5).contains("left"))
  }

  test("there are never more parts done than there are") {
    val text = line(11, OptionalLong.of(9), progress(11), 5)
    assert(text.startsWith("9/9 parts, 11 rows") && !text.contains("left"))
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

  /** The parts done and the rows counted after some events. */
  private def after(events: (RunProgress => Unit)*): (Long, Long) = {
    val run = new RunProgress
    events.foreach(_(run))
    (run.finishedParts(), run.progress().rows())
  }
  private def begin(task: Long, stage: Int, partition: Int): RunProgress => Unit =
    _.started(task, stage, partition)
  private def report(task: Long, rows: Long): RunProgress => Unit = _.reported(task, progress(rows))
  private def succeed(task: Long): RunProgress => Unit = _.ended(task, true)
  private def fail(task: Long): RunProgress => Unit = _.ended(task, false)

  for (
    (what, events, expected) <- Seq[(String, Seq[RunProgress => Unit], (Long, Long))](
      ("a running task's rows count", Seq(begin(1, 0, 0), report(1, 4)), (0, 4)),
      ("a finished task is a part", Seq(begin(1, 0, 0), report(1, 4), succeed(1)), (1, 4)),
      ("a task without a row is a part too", Seq(begin(1, 0, 0), report(1, 0), succeed(1)), (1, 0)),
      ("a task of another step is none", Seq(begin(1, 0, 0), succeed(1)), (0, 0)),
      (
        "a failed task counts no more, its retry does",
        Seq(
          begin(1, 0, 0),
          report(1, 4),
          fail(1),
          begin(2, 0, 0),
          report(2, 3)
        ),
        (0, 3)
      ),
      (
        "of speculative duplicates the one that is further counts",
        Seq(
          begin(1, 0, 0),
          begin(2, 0, 0),
          report(1, 4),
          report(2, 6)
        ),
        (0, 6)
      ),
      (
        "a finished part counts once, whatever its duplicate still says",
        Seq(
          begin(1, 0, 0),
          begin(2, 0, 0),
          report(1, 5),
          succeed(1),
          report(2, 6),
          fail(2)
        ),
        (1, 5)
      ),
      (
        "the same partition of two jobs at once is two parts",
        Seq(
          begin(1, 0, 0),
          begin(2, 7, 0),
          report(1, 5),
          report(2, 6),
          succeed(2),
          succeed(1)
        ),
        (2, 11)
      ),
      (
        "a finished part that is lost with its executor is to be done again",
        Seq(
          begin(1, 0, 0),
          report(1, 5),
          succeed(1),
          fail(1)
        ),
        (0, 0)
      ),
      ("what began before anyone listened is left out", Seq(report(1, 5), succeed(1)), (0, 0))
    )
  ) test(what) { assert(after(events: _*) === expected) }

  test("the tasks of several jobs are followed, empty ones too, and no one else's") {
    val context = spark.sparkContext
    val accumulator = new ProgressAccumulator
    context.register(accumulator, ProgressAccumulator.NAME)
    val out = new ByteArrayOutputStream
    val line = new ProgressLine(context, OptionalLong.of(9), new PrintStream(out), true)
    try {
      ProgressLineSuite.report(context, accumulator, Seq(1, 2))
      ProgressLineSuite.report(context, accumulator, Seq(1, 2, 3, 4, 5))
      context.parallelize(1 to 8, 8).count()
      eventually(timeout(Span(60, Seconds))) {
        assert(out.toString.contains("8/9 parts, 7 rows, "))
      }
    } finally line.close()
  }

  test("the rate is that of the last minute, not of the run") {
    val rate = new TokenRate(0)
    def at(seconds: Long, tokens: Long) = rate.at(seconds * 1000000000L, tokens)
    assert(at(0, 0) === 0)
    assert(at(10, 1000) === 100)
    assert(at(60, 6000) === 100)
    (70L to 200L by 10).foreach(at(_, 6000))
    assert(at(210, 6000) === 0)
    assert(at(220, 7200) > 15)
    // A task that failed takes its tokens with it.
    assert(at(221, 100) === 0)
  }
}
