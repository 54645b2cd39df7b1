package org.codeaudit.job

import java.nio.file.Path
import java.util.concurrent.ConcurrentLinkedQueue

import scala.jdk.CollectionConverters._
import scala.util.Try

import org.apache.spark.sql.{DataFrame, SparkSession}
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan
import org.apache.spark.sql.execution.QueryExecution
import org.apache.spark.sql.execution.command.DataWritingCommand
import org.apache.spark.sql.util.QueryExecutionListener
import org.scalatest.Tag

/**
 * What RAPIDS says of every query that a review runs: which parts would go to a GPU. Needs no GPU, and the
 * RAPIDS jar on the class path: `mvn verify -Prapids`. With CODE_AUDIT_RAPIDS_REPORT naming a file, what
 * RAPIDS says is written there.
 */
class RapidsPlanSuite extends CommandSuite {
  private val opt = Tag("org.codeaudit.OptIn")

  private lazy val queries: Seq[RapidsPlan] = {
    if (!RapidsPlans.available) cancel("the RAPIDS jar is not on the class path")
    RapidsPlans.recorded.clear()
    val out = folder("rapids").resolve("tables")
    val outcome = audit(
      Seq("review", "--table", table.toString, "--diff-column", "patch", "--where", "stars > 3") ++
        Seq("--out", out.toString, "--model", golden("llama-tiny"), "--prompt", shortPrompt) ++
        Seq("--max-new-tokens", "300") ++
        Seq("--conf", s"spark.sql.queryExecutionListeners=${classOf[RapidsPlans].getName}"): _*
    )
    assert(outcome.code === Main.OK, outcome.err)
    RapidsPlans.recorded.asScala.toSeq
  }

  private lazy val table: Path = {
    val path = folder("input").resolve("patches")
    val patch = java.nio.file.Files.readString(samples.resolve("c-ring-peek.patch"))
    val spark = SparkSession.builder().master("local[1]").config("spark.ui.enabled", "false")
      .config("spark.driver.host", "127.0.0.1").getOrCreate()
    try
      spark.createDataFrame(Seq((1, 5, patch), (1, 5, patch), (2, 3, patch))).toDF("id", "stars", "patch")
        .write.parquet(path.toString)
    finally spark.stop()
    path
  }

  test("report", opt) {
    for (file <- sys.env.get("CODE_AUDIT_RAPIDS_REPORT"))
      java.nio.file.Files.writeString(
        Path.of(file),
        queries.map(q => s"==== ${q.action}\n${q.logical}\n${q.text}\n").mkString("\n")
      )
    assert(queries.nonEmpty)
  }
}

/** One query of a run, and what RAPIDS says of it. */
case class RapidsPlan(action: String, logical: String, text: String)

object RapidsPlans {
  val recorded = new ConcurrentLinkedQueue[RapidsPlan]()

  private lazy val method = Try(Class.forName("com.nvidia.spark.rapids.ExplainPlan")).toOption
    .map(_.getMethods.filter(m => m.getName == "explainPotentialGpuPlan" && m.getParameterCount == 2).head)

  def available: Boolean = method.isDefined

  def explain(frame: DataFrame): String = method.get.invoke(null, frame, "ALL").toString
}

class RapidsPlans extends QueryExecutionListener {
  override def onFailure(name: String, execution: QueryExecution, error: Exception): Unit = ()

  override def onSuccess(name: String, execution: QueryExecution, nanos: Long): Unit = {
    val plan = execution.analyzed match {
      case command: DataWritingCommand => command.query
      case other                       => other
    }
    val text = Try(RapidsPlans.explain(frame(execution, plan))).recover { case e => "ERROR " + e + "\n" + Option(e.getCause).map(_.toString) }
    RapidsPlans.recorded.add(RapidsPlan(name, plan.toString, text.get))
  }

  private def frame(execution: QueryExecution, plan: LogicalPlan): DataFrame =
    Class.forName("org.apache.spark.sql.classic.Dataset")
      .getMethods.filter(m => m.getName == "ofRows" && m.getParameterCount == 2).head
      .invoke(null, execution.sparkSession, plan).asInstanceOf[DataFrame]
}
