package org.codeaudit.metrics

import java.util.Optional

import scala.jdk.CollectionConverters._

import com.codahale.metrics.MetricRegistry
import org.apache.spark.SparkConf
import org.apache.spark.api.plugin.PluginContext
import org.apache.spark.resource.ResourceInformation
import org.scalatest.funsuite.AnyFunSuite
import org.codeaudit.generate.{EngineReading, EngineStatistics}
import org.codeaudit.model.ModelDescription
import org.codeaudit.udf.row.RowCounts

class AuditPluginSuite extends AnyFunSuite {
  private val model =
    new ModelDescription(
      "m",
      "0",
      "f32",
      "exact",
      "cpu",
      "cpu",
      1,
      5000,
      300,
      1000,
      4000,
      2500000000L
    )

  /** An engine that has made so many steps of 3 sequences, 10 ms each. */
  private def engine(steps: Long, running: Int = 3, pending: Int = 8) = Optional.of(
    new EngineReading(
      model,
      new EngineStatistics(
        steps,
        7 * steps,
        2 * steps,
        steps,
        0,
        steps / 100,
        10000000L * steps,
        3.0,
        3,
        running,
        0,
        640
      ),
      pending
    )
  )

  private class Watched(begin: Optional[EngineReading] = Optional.empty()) {
    var engine: Optional[EngineReading] = begin
    var rows: RowCounts = new RowCounts(5, 0, 0, 0, 0, 50, 5)
    var nanos = 0L
    val sampler = new Sampler("1", () => engine, () => rows, () => nanos)
    def at(seconds: Double): Sample = {
      nanos = (seconds * 1e9).toLong
      sampler.sample()
    }
  }

  test("an executor without a model is all zeros but for its memory") {
    val sample = new Watched().at(10)
    assert(sample.rows === RowCounts.NONE && sample.work === EngineWork.NONE)
    assert(sample.rates === new Rates(0, 0, 0, 0))
    for (metric <- Metric.values if metric != Metric.PROCESS_MEMORY_BYTES)
      assert(metric.of(sample) === 0, metric)
    assert(Metric.PROCESS_MEMORY_BYTES.of(sample) > 1e6)
  }

  test("a sample holds what the engine says, and speeds over the last minute") {
    val watched = new Watched()
    watched.at(1)
    watched.engine = engine(400)
    watched.rows = watched.rows.plus(new RowCounts(1, 2, 3, 4, 5, 600, 70))
    val sample = watched.at(10)
    assert(sample.rows === new RowCounts(1, 2, 3, 4, 5, 600, 70))
    for (
      (metric, expected) <- Seq(
        Metric.ROWS_OK_TOTAL -> 1.0,
        Metric.ROWS_TRUNCATED_TOTAL -> 2.0,
        Metric.ROWS_SKIPPED_TOTAL -> 3.0,
        Metric.ROWS_FAILED_TOTAL -> 4.0,
        Metric.FINDINGS_TOTAL -> 5.0,
        Metric.TOKENS_PROMPT_TOTAL -> 600.0,
        Metric.TOKENS_GENERATED_TOTAL -> 70.0,
        Metric.TOKENS_PROMPT_PER_SECOND -> 280.0,
        Metric.TOKENS_GENERATED_PER_SECOND -> 120.0,
        Metric.QUEUE_DEPTH -> 5.0,
        Metric.SEQUENCES_RUNNING -> 3.0,
        Metric.BATCH_SIZE_MEAN -> 3.0,
        Metric.CACHE_TOKENS -> 4000.0,
        Metric.CACHE_TOKENS_USED -> 640.0,
        Metric.MODEL_WEIGHT_BYTES -> 5000.0,
        Metric.MODEL_LOAD_SECONDS -> 2.5,
        Metric.MODELS_LOADED -> 1.0,
        Metric.STEPS_TOTAL -> 400.0,
        Metric.STEP_SECONDS_TOTAL -> 4.0,
        Metric.PREEMPTIONS_TOTAL -> 4.0,
        Metric.BUSY_SHARE -> 0.4
      )
    ) assert(metric.of(sample) === expected, metric)
    (20 to 60 by 10).foreach(second => watched.at(second))
    assert(watched.at(80).rates.promptTokens === 0)
  }

  test("what an engine did for an earlier session is not counted, nor lost when it is replaced") {
    val watched = new Watched(engine(1000))
    assert(watched.at(1).work.steps === 0)
    watched.engine = engine(1010)
    assert(watched.at(2).work.steps === 10)
    watched.engine = Optional.empty()
    assert(watched.at(3).work.steps === 10)
    watched.engine = engine(5)
    assert(watched.at(4).work.steps === 15)
  }

  private class Context(id: String) extends PluginContext {
    val metricRegistry = new MetricRegistry
    override def conf: SparkConf = fail("not to be touched")
    override def executorID: String = id
    override def hostname: String = "here"
    override def resources: java.util.Map[String, ResourceInformation] = fail("not to be touched")
    override def send(message: Any): Unit = throw new IllegalStateException("no driver")
    override def ask(message: Any): AnyRef = fail("not to be touched")
    def figures: Map[String, Double] = metricRegistry.getGauges.asScala.toMap
      .map { case (name, gauge) => name -> gauge.getValue.asInstanceOf[Double] }
  }

  private def sample(id: String, rows: Long, steps: Long): Sample = new Sample(
    id,
    new RowCounts(rows, 0, 0, 0, 0, 0, 0),
    EngineWork.of(engine(steps).get.statistics),
    ExecutorState.of(engine(steps)),
    new Rates(10, 5, steps.toDouble, 0.5)
  )

  test("the run's figures are those of all its executors, each of which has its own") {
    val context = new Context("driver")
    val run = new RunMetrics
    run.begin(context.metricRegistry)
    run.receive(sample("1", 10, 4))
    run.registerMetrics("app", context)
    run.receive(sample("2", 20, 6))
    run.receive(sample("2", 30, 8))
    run.receive("a message of someone else")
    val both = context.figures
    assert(both("rows_ok_total") === 40 && both("steps_total") === 12)
    assert(both("tokens_prompt_per_second") === 20 && both("batch_size_mean") === 6)
    assert(both("queue_depth") === 10 && both("model_load_seconds") === 2.5)
    assert(both("executors") === 2 && both("models_loaded") === 2)
    assert(both("executor.1.rows_ok_total") === 10 && both("executor.2.rows_ok_total") === 30)
    assert(both.size === 1 + 3 * Metric.values.length)
  }

  test("an executor that is gone leaves what it did and nothing else, whenever its news comes") {
    val context = new Context("driver")
    val run = new RunMetrics
    run.begin(context.metricRegistry)
    run.registerMetrics("app", context)
    run.receive(sample("1", 10, 4))
    run.receive(sample("11", 20, 6))
    run.remove("1")
    run.receive(sample("1", 11, 5))
    val left = context.figures
    assert(left("rows_ok_total") === 31 && left("steps_total") === 11)
    assert(left("queue_depth") === 5 && left("executors") === 1)
    assert(
      !left.keys.exists(_.startsWith("executor.1.")) && left.contains("executor.11.steps_total")
    )
  }

  test("an executor shows its own figures, and no trouble of the plugin's reaches it") {
    val context = new Context("3")
    val executor = new ExecutorMetrics
    executor.init(context, java.util.Map.of())
    assert(context.figures.keySet === Metric.values.map(_.metricName).toSet)
    executor.onTaskSucceeded()
    executor.shutdown()
    executor.onTaskSucceeded()

    val broken = new ExecutorMetrics
    broken.init(null, java.util.Map.of())
    broken.onTaskSucceeded()
    broken.shutdown()
  }

  test("a driver that is its own executor shows nothing twice") {
    val context = new Context("driver")
    val executor = new ExecutorMetrics
    executor.init(context, java.util.Map.of())
    executor.shutdown()
    assert(context.figures.isEmpty)
    val run = new RunMetrics
    run.begin(context.metricRegistry)
    run.registerMetrics("app", context)
    run.receive(sample("driver", 10, 4))
    assert(context.figures("rows_ok_total") === 10)
    assert(!context.figures.keys.exists(_.startsWith("executor.")))
  }
}
