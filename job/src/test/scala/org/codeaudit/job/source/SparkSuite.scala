package org.codeaudit.job.source
import org.apache.spark.sql.{DataFrame, Row, SparkSession}
import org.scalatest.funsuite.AnyFunSuite

/** A suite with a local Spark session, which all suites of the JVM share. */
abstract class SparkSuite extends AnyFunSuite {
  protected lazy val spark: SparkSession = SparkSession
    .builder()
    .master("local[2]")
    .config("spark.ui.enabled", "false")
    .config("spark.sql.shuffle.partitions", "2")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .getOrCreate()

  protected def git(path: Any, options: (String, String)*): DataFrame =
    spark.read.format("git").options(options.toMap).load(path.toString)

  protected def diff(path: Any, options: (String, String)*): DataFrame =
    spark.read.format("diff").options(options.toMap).load(path.toString)

  /** The value of a column, None if null. */
  protected def value(row: Row, column: String): Option[String] =
    Option(row.getAs[Any](column)).map(_.toString)

  protected def byPath(frame: DataFrame): Map[String, Row] =
    frame.collect().map(row => row.getAs[String]("path") -> row).toMap
}
