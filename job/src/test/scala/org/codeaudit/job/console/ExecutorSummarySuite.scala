package org.codeaudit.job.console

import java.sql.Timestamp
import java.util.{Optional, OptionalDouble, OptionalLong}

import scala.jdk.CollectionConverters._

import org.apache.spark.sql.Row
import org.apache.spark.sql.types._

import org.codeaudit.job.sink.ExecutorSummary
import org.codeaudit.job.source.SparkSuite

class ExecutorSummarySuite extends SparkSuite {
  private val schema = StructType.fromDDL(
    "executor_id STRING, host STRING, device STRING, status STRING, prompt_tokens INT, " +
      "generated_tokens INT, mean_batch_size DOUBLE, model_load_ns LONG, total_ns LONG, " +
      "started_at TIMESTAMP, finished_at TIMESTAMP"
  )
  private def at(seconds: Int) = new Timestamp(1000L * seconds)
  private def answered(id: String, host: String, load: java.lang.Long, from: Int, to: Int) =
    Row(id, host, "cuda:0", "ok", 100, 20, 4.0, load, 1L, at(from), at(to))
  private def unasked(id: String, host: String, status: String) =
    Row(id, host, null, status, null, null, null, null, null, at(0), at(0))

  private def summaries(rows: Row*): Seq[ExecutorSummary] =
    ExecutorSummary.of(spark.createDataFrame(rows.asJava, schema)).asScala.toSeq

  test("every executor has its own counts, and time from its first question to its last answer") {
    val all = summaries(
      answered("10", "b", null, 5, 9),
      answered("2", "a", 3000000000L, 100, 110),
      answered("2", "a", null, 101, 112),
      unasked("2", "a", "failed"),
      unasked("2", "a", "skipped"),
      unasked("11", "b", "skipped")
    )
    assert(all.map(_.executorId) === Seq("2", "10", "11"))
    assert(
      all.head === new ExecutorSummary(
        "2",
        "a",
        Optional.of("cuda:0"),
        4,
        1,
        200,
        40,
        12.0,
        OptionalDouble.of(4),
        OptionalLong.of(3000000000L)
      )
    )
    assert(all.map(_.tokensPerSecond) === Seq(20.0, 30.0, 0.0))
    assert(all.last.device.isEmpty && all.last.meanBatchSize.isEmpty)
  }

  test("names that are no numbers are names all the same") {
    assert(summaries(unasked("driver", "a", "failed")).map(_.executorId) === Seq("driver"))
    assert(summaries() === Seq())
  }

  private def executor(id: Int, seconds: Double) = new ExecutorSummary(
    id.toString,
    "node-" + id,
    Optional.of("cpu"),
    12,
    id % 2,
    1000,
    200,
    seconds,
    OptionalDouble.of(7.25),
    OptionalLong.empty
  )

  test("executors are shown in aligned columns") {
    val lines = ExecutorTable.lines(Seq(executor(1, 10), executor(12, 100)).asJava).asScala
    assert(
      lines === Seq(
        "Executors",
        "  id  host     device  rows  failed  read  written  tokens/s  batch  load s",
        "  1   node-1   cpu       12       1  1000      200     120.0    7.3       -",
        "  12  node-12  cpu       12       0  1000      200      12.0    7.3       -"
      )
    )
  }

  test("one executor, or none, needs no table") {
    assert(ExecutorTable.lines(Seq(executor(1, 10)).asJava).isEmpty)
    assert(ExecutorTable.lines(java.util.List.of()).isEmpty)
  }

  test("of very many the slowest are shown") {
    val lines = ExecutorTable.lines((1 to 256).map(i => executor(i, i)).asJava).asScala
    assert(lines.head === "Executors (the 32 slowest of 256; the tables have them all)")
    assert(lines.size === 34 && lines(2).contains("node-256") && lines(33).contains("node-225"))
  }
}
