package org.codeaudit.job.packaged

import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

import com.fasterxml.jackson.databind.ObjectMapper
import org.apache.spark.sql.{Row, SparkSession}
import org.scalatest.Assertions

/** The tables of a review, read by a Spark of the suite's own. Whatever befell the run, this must
  * be true of them.
  *
  * @param input
  *   the column that tells the inputs apart
  */
class Tables(
    spark: SparkSession,
    folder: Path,
    format: String = "parquet",
    input: String = "path"
) extends Assertions {

  /** Everything a reader can see: files with no part of their path hidden. */
  private lazy val visible: Seq[Path] = Build
    .files(folder)
    .map(folder.relativize)
    .filterNot(_.iterator().asScala.exists(name => "_.".contains(name.toString.head)))

  private def table(name: String): Seq[Row] =
    if (visible.exists(_.startsWith(name)) && Tables.isReadable(folder.resolve(name), format))
      spark.read.format(format).load(folder.resolve(name).toString).collect().toSeq
    else Nil

  lazy val reviews: Seq[Row] = table("reviews")
  lazy val findings: Seq[Row] = table("findings")
  lazy val runs: Seq[Row] = table("runs")

  private def key(row: Row): String = row.getAs[String]("row_key")
  private def attempt(row: Row): Int = row.getAs[Int]("attempt")

  /** What a reader takes: of each row its highest attempt, and of a file that has been split none
    * that is about all of it.
    */
  lazy val latest: Seq[Row] = {
    val split = reviews.filterNot(isWhole).map(_.getAs[String]("input_key")).toSet
    reviews
      .groupBy(key)
      .values
      .map(_.maxBy(attempt))
      .filterNot(row => isWhole(row) && split(row.getAs[String]("input_key")))
      .toSeq
  }

  private def isWhole(row: Row): Boolean = row.isNullAt(row.fieldIndex("unit"))

  /** Of each input its status and answer. */
  def answers: Map[String, (String, String)] = latest
    .map(row =>
      row.getAs[String](input) -> (row.getAs[String]("status"), row.getAs[String]("text"))
    )
    .toMap

  /** Fails unless each of these inputs is there once, with its findings, and nothing else is. */
  def check(inputs: Set[String]): Unit = {
    checkReadable()
    assert(count(findings.map(key)) === count(reviews.flatMap(findingsOf)))
    assert(latest.map(_.getAs[String](input)).sorted === inputs.toSeq.sorted)
    assert(hidden("staging") === Nil, "files left behind")
  }

  /** Fails unless a reader sees whole rows of some inputs, once each, in files that were published.
    * Of a driver that died between publishing a wave and moving its files, the next run moves the
    * rest: until then findings may be missing.
    */
  def checkReadable(): Unit = {
    val published = hidden("manifests").flatMap(Tables.published).toSet
    if (format == "parquet") // other formats give their files names of their own
      assert(visible.map(_.toString).filterNot(published) === Nil, "files that were not published")
    assert(reviews.map(row => (key(row), attempt(row))).distinct.size === reviews.size)
    assert(findings.map(_.getAs[String]("finding_id")).distinct.size === findings.size)
  }

  private def findingsOf(review: Row): Seq[String] =
    Option(review.getAs[collection.Seq[Row]]("findings")).fold(Seq.empty[String])(
      _.toSeq.map(_ => key(review))
    )

  private def count(keys: Seq[String]): Map[String, Int] =
    keys.groupMapReduce(identity)(_ => 1)(_ + _)

  private def hidden(name: String): Seq[Path] = Tables.hidden(folder, name)
}

object Tables {

  /** The files, as paths in the output folder, that a manifest adds to the tables. */
  private def published(manifest: Path): Seq[String] =
    new ObjectMapper()
      .readTree(manifest.toFile)
      .get("adds")
      .asScala
      .map(entry => s"${entry.get("table").asText}/${entry.get("file").asText}")
      .toSeq

  /** Whether a reader sees any reviews in an output folder. */
  def rowsAreThere(folder: Path, format: String): Boolean = {
    val reviews = folder.resolve("reviews")
    isReadable(reviews, format) &&
    Build.files(reviews).exists(_.getFileName.toString.startsWith("part-"))
  }

  /** Of Delta, a table has its folders and files of rows before it has its first version. */
  private def isReadable(table: Path, format: String): Boolean =
    format != "delta" || Files.exists(table.resolve("_delta_log/00000000000000000000.json"))

  /** Waves that were published in an output folder. */
  def waves(folder: Path): Int = hidden(folder, "manifests").size

  /** Without the checksums that Hadoop keeps beside files of a local disk. */
  private def hidden(folder: Path, name: String): Seq[Path] =
    Build
      .files(folder.resolve("_audit").resolve(name))
      .filterNot(_.getFileName.toString.startsWith("."))
}
