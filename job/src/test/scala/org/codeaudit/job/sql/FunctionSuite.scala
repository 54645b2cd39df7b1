package org.codeaudit.job.sql
import java.nio.file.{Files, Path}
import org.apache.spark.sql.{DataFrame, SparkSession}
import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite

import org.codeaudit.generate.EngineCache

/** A session that has the functions, over a golden checkpoint; other suites keep theirs. */
abstract class FunctionSuite extends AnyFunSuite with BeforeAndAfterAll {
  protected val checkpoint: String =
    Path.of(System.getProperty("codeaudit.root")).resolve("data/golden/qwen3-tiny").toString

  /** Short enough for the checkpoint's context of 1,024 tokens. */
  protected val prompt: String = Files
    .writeString(
      Files.createTempDirectory("prompt").resolve("short.md"),
      "<!-- system -->\nFind defects.\n<!-- user: change -->\n{{code}}\n" +
        "<!-- user: file -->\n{{code}}\n"
    )
    .toString

  private var before: Option[SparkSession] = None
  protected var spark: SparkSession = _

  override def beforeAll(): Unit = {
    super.beforeAll()
    before = SparkSession.getDefaultSession
    SparkSession.clearActiveSession()
    SparkSession.clearDefaultSession()
    EngineCache.shared().clear()
    spark = SparkSession
      .builder()
      .master("local[2]")
      .config("spark.ui.enabled", "false")
      .config("spark.sql.shuffle.partitions", "2")
      .config("spark.driver.host", "127.0.0.1")
      .config("spark.driver.bindAddress", "127.0.0.1")
      .withExtensions(extensions => new CodeAuditExtensions(CountingLoader).apply(extensions))
      .getOrCreate()
    configure()
  }

  override def afterAll(): Unit = {
    SparkSession.clearActiveSession()
    SparkSession.clearDefaultSession()
    before.foreach(SparkSession.setDefaultSession)
    EngineCache.shared().clear()
    super.afterAll()
  }

  protected def configure(): Unit = {
    spark.conf.set("spark.codeaudit.model", checkpoint)
    spark.conf.set("spark.codeaudit.precision", "f32")
    spark.conf.set("spark.codeaudit.threads", "1")
    spark.conf.set("spark.codeaudit.cacheTokens", "6000")
    spark.conf.set("spark.codeaudit.maxNewTokens", "8")
    spark.conf.set("spark.codeaudit.review", "open")
    spark.conf.set("spark.codeaudit.prompt", prompt)
    spark.conf.set("spark.codeaudit.unitTokens", "200")
    spark.conf.set("spark.codeaudit.temperature", "0")
  }

  /** What an action gave, and how many prompts it asked. */
  protected def counting[A](action: => A): (A, Int) = {
    val begin = CountingLoader.prompts.get
    val result = action
    (result, CountingLoader.prompts.get - begin)
  }

  protected def plan(frame: DataFrame): String = frame.queryExecution.executedPlan.toString

  /** Sets a key for a while. */
  protected def having[A](key: String, value: String)(use: => A): A = {
    val old = spark.conf.getOption("spark.codeaudit." + key)
    spark.conf.set("spark.codeaudit." + key, value)
    try use
    finally
      old match {
        case Some(text) => spark.conf.set("spark.codeaudit." + key, text)
        case None       => spark.conf.unset("spark.codeaudit." + key)
      }
  }
}
