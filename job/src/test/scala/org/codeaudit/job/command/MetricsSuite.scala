package org.codeaudit.job.command

import java.net.URI
import java.net.http.{HttpClient, HttpRequest, HttpResponse}
import org.apache.spark.scheduler.{SparkListener, SparkListenerJobEnd}
import org.apache.spark.{SparkConf, SparkContext}
import org.codeaudit.job.option.SparkOptions
import scala.util.Try

/** Reads Spark's Prometheus page whenever a job has ended, as a scraper would during a run. */
class Scraper(conf: SparkConf) extends SparkListener {
  private val path = conf.get("spark.metrics.conf.*.sink.prometheusServlet.path")
  // As Prometheus does: the page's own address ends in a slash.
  private val client =
    HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build()
  private lazy val page = URI.create(SparkContext.getOrCreate().uiWebUrl.get + path)

  override def onJobEnd(end: SparkListenerJobEnd): Unit = {
    val request = HttpRequest.newBuilder(page).build()
    // The last jobs may end while the page goes away.
    Try(client.send(request, HttpResponse.BodyHandlers.ofString()))
      .filter(_.statusCode == 200)
      .foreach(answer => Scraper.pages :+= answer.body)
  }
}

object Scraper {
  @volatile var pages: Vector[String] = Vector.empty
}

class MetricsSuite extends CommandSuite {
  private val line = """metrics_(\S+)_Value\{type="gauges"\} (\S+)""".r
  private val prefix = "codeaudit_driver_plugin_org_codeaudit_metrics_AuditPlugin_"

  /** Arguments that turn the page on and have it read. */
  private val scraped = Seq(
    "spark.ui.enabled=true",
    "spark.ui.port=0",
    "spark.extraListeners=org.codeaudit.job.command.Scraper",
    "spark.metrics.conf.*.sink.prometheusServlet.class=" +
      "org.apache.spark.metrics.sink.PrometheusServlet",
    "spark.metrics.conf.*.sink.prometheusServlet.path=/metrics/prometheus"
  ).flatMap(Seq("--conf", _))

  private def figures(page: String): Map[String, Double] =
    page.linesIterator.collect {
      case line(name, value) if name.startsWith(prefix) =>
        name.stripPrefix(prefix) -> value.toDouble
    }.toMap

  test("the Prometheus page of a run shows what the tables will hold") {
    Scraper.pages = Vector.empty
    val out = folder("metrics").resolve("tables")
    val outcome = audit(
      Seq("review", samples.toString, "--model", golden("llama-tiny"), "--out", out.toString) ++
        Seq(
          "--prompt",
          shortPrompt,
          "--max-new-tokens",
          "24",
          "--master",
          "local[2]"
        ) ++ scraped: _*
    )
    assert(outcome.code === ExitCode.OK, outcome.err)
    val last = figures(Scraper.pages.last)
    withTables(out) { table =>
      val reviews = table("reviews")
      for (status <- Seq("ok", "truncated", "skipped", "failed"))
        assert(
          last(s"rows_${status}_total") === reviews.where(s"status = '$status'").count(),
          status
        )
      assert(last("findings_total") === table("findings").count())
      val sums = reviews.selectExpr("sum(prompt_tokens)", "sum(generated_tokens)").first()
      assert(last("tokens_prompt_total") === sums.getLong(0))
      assert(last("tokens_generated_total") === sums.getLong(1))
      assert(sums.getLong(1) > 0)
    }
    for (
      name <- Seq(
        "model_weight_bytes",
        "process_memory_bytes",
        "model_load_seconds",
        "cache_tokens",
        "steps_total",
        "step_seconds_total"
      )
    ) assert(last(name) > 0, name)
    for (name <- Seq("queue_depth", "sequences_running", "cache_tokens_used"))
      assert(last(name) === 0, name)
    for (name <- Seq("executors", "models_loaded")) assert(last(name) === 1, name)
    // The driver is its own executor: its figures are there once, as those of the run.
    assert(!last.keys.exists(_.startsWith("executor_")))
    assert(Scraper.pages.last.split("tokens_generated_total_Value").length === 2)
  }

  test("a second run in the same process begins at zero") {
    Scraper.pages = Vector.empty
    val outcome = audit(
      Seq("generate", "--prompt", "Hello", "--model", golden("llama-tiny")) ++
        Seq(
          "--out",
          folder("again").resolve("tables").toString,
          "--max-new-tokens",
          "5"
        ) ++ scraped: _*
    )
    assert(outcome.code === ExitCode.OK, outcome.err)
    val last = figures(Scraper.pages.last)
    assert(last("rows_ok_total") + last("rows_truncated_total") === 1)
    assert(last("steps_total") <= 6)
  }

  for (
    (before, after) <- Seq(
      None -> "org.codeaudit.metrics.AuditPlugin",
      Some("com.nvidia.spark.SQLPlugin") ->
        "com.nvidia.spark.SQLPlugin,org.codeaudit.metrics.AuditPlugin",
      Some("a.B, org.codeaudit.metrics.AuditPlugin") -> "a.B, org.codeaudit.metrics.AuditPlugin"
    )
  ) test(s"the plugin is added to ${before.getOrElse("none")}") {
    val conf = new SparkConf(false).set("spark.metrics.namespace", "nightly")
    before.foreach(conf.set("spark.plugins", _))
    SparkOptions.addMetrics(conf)
    assert(conf.get("spark.plugins") === after)
    assert(conf.get("spark.metrics.namespace") === "nightly")
  }
}
