package org.codeaudit.job.command

import java.util.concurrent.ConcurrentLinkedQueue

import scala.jdk.CollectionConverters._
import scala.util.Try

import org.apache.spark.sql.DataFrame
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan
import org.apache.spark.sql.execution.QueryExecution
import org.apache.spark.sql.execution.command.DataWritingCommand
import org.apache.spark.sql.util.QueryExecutionListener

/** What RAPIDS says of a query.
  *
  * @param action
  *   what ran it, e.g. `count`
  * @param text
  *   one line per operator and expression, as RAPIDS wrote them
  */
case class RapidsPlan(action: String, text: String) {
  private val line =
    """\s*[*!@]\s*(?:Exec )?<(\w+)Exec> (will|cannot) run on GPU(?: because (.*))?""".r

  private val operators: Seq[(String, String, String)] =
    text.linesIterator.collect { case line(name, verdict, why) => (name, verdict, why) }.toSeq

  /** The operators that would run on a GPU, from the result to the tables. */
  val taken: Seq[String] = operators.collect { case (name, "will", _) => name }

  /** The operators that would not, and why. */
  val refused: Seq[(String, String)] = operators.collect { case (name, "cannot", why) =>
    name -> why
  }
}

/** Asks RAPIDS about queries; needs its jar on the class path, and no GPU. */
object RapidsPlans {

  /** What was said of the queries that a session with [[RapidsListener]] has run. */
  val recorded = new ConcurrentLinkedQueue[Try[RapidsPlan]]()

  private lazy val explainer =
    Try(Class.forName("com.nvidia.spark.rapids.ExplainPlan")).toOption
      .map(method(_, "explainPotentialGpuPlan"))

  private lazy val ofRows = method(Class.forName("org.apache.spark.sql.classic.Dataset"), "ofRows")

  def available: Boolean = explainer.isDefined

  def explain(action: String, frame: DataFrame): RapidsPlan =
    RapidsPlan(action, explainer.get.invoke(null, frame, "ALL").toString)

  /** What was recorded, in the order of the queries; throws what explaining one of them threw. */
  def all: Seq[RapidsPlan] = recorded.asScala.toSeq.map(_.get)

  private[job] def frame(execution: QueryExecution, plan: LogicalPlan): DataFrame =
    ofRows.invoke(null, execution.sparkSession, plan).asInstanceOf[DataFrame]

  private def method(owner: Class[_], name: String) =
    owner.getMethods.find(method => method.getName == name && method.getParameterCount == 2).get
}

/** Explains every query of the session it is put into by `spark.sql.queryExecutionListeners`. */
class RapidsListener extends QueryExecutionListener {
  override def onFailure(action: String, execution: QueryExecution, error: Exception): Unit = ()

  override def onSuccess(action: String, execution: QueryExecution, nanos: Long): Unit = {
    // Of a command that writes, the query is explained: planning the command would write again.
    val plan = execution.analyzed match {
      case command: DataWritingCommand => command.query
      case other                       => other
    }
    RapidsPlans.recorded.add(
      Try(RapidsPlans.explain(action, RapidsPlans.frame(execution, plan)))
    )
  }
}
