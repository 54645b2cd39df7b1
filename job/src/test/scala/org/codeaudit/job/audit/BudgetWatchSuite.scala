package org.codeaudit.job.audit

import java.nio.file.Files
import java.time.Instant
import java.util.{Optional, OptionalLong, UUID}

import scala.jdk.CollectionConverters._

import org.apache.spark.util.LongAccumulator
import org.scalatest.concurrent.Eventually
import org.scalatest.time.SpanSugar._
import org.codeaudit.job.sink.{Existing, OutputFolder}
import org.codeaudit.job.source.SparkSuite
import org.codeaudit.udf.run.{Progress, RunBudget}

class BudgetWatchSuite extends SparkSuite with Eventually {
  implicit override val patienceConfig: PatienceConfig = PatienceConfig(60.seconds, 50.millis)

  private val inSpring = Instant.now().plusSeconds(100 * 24 * 3600)
  private def tokens(count: Long) = new Progress(1, 0, 1, 0, 0, count - count / 3, count / 3)

  /** A watch, what tasks of this JVM know, and what those of another one do. */
  private def watching(deadline: Option[Instant], limit: Option[Long])(
      use: (BudgetWatch, RunBudget, RunBudget) => Unit
  ): Unit = {
    val out = Files.createTempDirectory("budget").toString
    val run = UUID.randomUUID.toString
    val folder =
      OutputFolder.open(spark, out, run, Existing.RESUME, "parquet", List("doubles").asJava)
    val most = limit.getOrElse(Long.MaxValue)
    def tasks(name: String) =
      new RunBudget(name, folder.stopMarker(), most, new LongAccumulator)
    val (here, elsewhere) = (tasks(run), tasks(run + "-elsewhere"))
    val budget = new Budget(
      Optional.ofNullable(deadline.orNull),
      limit.fold(OptionalLong.empty)(n => OptionalLong.of(n))
    )
    try {
      val watch = new BudgetWatch(spark.sparkContext, budget, here, folder)
      try use(watch, here, elsewhere)
      finally watch.close()
      assert(!Files.exists(java.nio.file.Path.of(out, "_audit", "stop-" + run)))
    } finally folder.close()
  }

  private def reached(watch: BudgetWatch, reason: String, tasks: RunBudget*): Unit = eventually {
    assert(watch.reached().map[String](_.columnValue) === Optional.of(reason))
    assert(tasks.forall(_.look()))
  }

  test("time that is over is told to tasks here and, by a file, elsewhere") {
    watching(Some(Instant.now()), None)(reached(_, "time", _, _))
    val deadline = Instant.now().plusSeconds(2)
    watching(Some(deadline), Some(1000)) { (watch, here, elsewhere) =>
      val early = watch.reached().isEmpty && !here.look() && !elsewhere.look()
      assert(early || Instant.now().isAfter(deadline)) // a slow machine may come too late to ask
      reached(watch, "time", here, elsewhere)
    }
  }

  test("tokens count once as long as a task runs, and stay counted whatever becomes of it") {
    watching(Some(inSpring), Some(1000)) { (watch, here, elsewhere) =>
      watch.reported(1, tokens(300))
      watch.reported(1, tokens(400)) // since it began, not since the last report
      watch.reported(2, tokens(200))
      watch.ended(1, false) // tried again as 3
      watch.ended(7, true) // a task of another kind
      watch.reported(3, tokens(399))
      Thread.sleep(600)
      assert(watch.reached().isEmpty && !here.look() && !elsewhere.look())
      watch.reported(2, tokens(201))
      watch.ended(2, true)
      reached(watch, "tokens", here, elsewhere)
    }
  }

  test("a process that has used all tokens alone stops at once, and the others soon") {
    watching(None, Some(1000)) { (watch, here, elsewhere) =>
      here.spend(999)
      assert(!here.over())
      here.spend(1)
      assert(here.over() && here.look())
      reached(watch, "tokens", here, elsewhere)
    }
  }
}
