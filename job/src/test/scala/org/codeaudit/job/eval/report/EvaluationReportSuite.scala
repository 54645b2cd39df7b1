package org.codeaudit.job.eval.report
import java.io.{PrintWriter, StringWriter}
import java.nio.file.{Files, Path}
import java.util.OptionalDouble
import javax.xml.parsers.DocumentBuilderFactory

import scala.jdk.CollectionConverters._

import org.codeaudit.AuditException
import org.codeaudit.finding.Category._
import org.codeaudit.job.eval.Units._
import org.codeaudit.job.eval.{Evaluation, Review, Usage}
import org.codeaudit.job.source.SparkSuite

class EvaluationReportSuite extends SparkSuite {
  private val defect = unit("defect", Seq(label(SQL_INJECTION)), twin = Some("clean"))
  private val clean = unit("clean", twin = Some("defect"))
  private val usage = new Usage(100, 40, 10, 36, 50, 5, 200)

  private def evaluation(model: String, reviews: Review*): Evaluation =
    Evaluation.of(model, reviews.asJava, usage, 0.5)

  private val good = evaluation(
    "good",
    review(
      defect -> Seq(finding(SQL_INJECTION, confidence = Some(0.9))),
      clean -> Seq(finding(DEADLOCK, confidence = Some(0.2), fingerprint = "g"))
    )
  )
  private val bad = evaluation(
    "bad, \"quoted\"",
    review(defect -> Nil, clean -> Seq(finding(SQL_INJECTION, confidence = Some(0.8))))
  )

  private def report(evaluations: Evaluation*): EvaluationReport =
    new EvaluationReport("set", evaluations.asJava, OptionalDouble.of(2))

  private def printed(evaluations: Evaluation*): Seq[String] = {
    val text = new StringWriter()
    report(evaluations: _*).print(new PrintWriter(text))
    text.toString.linesIterator.toSeq
  }

  private def saved(evaluations: Evaluation*): Path = {
    val folder = Files.createTempDirectory("evaluation").resolve("out")
    report(evaluations: _*).save(folder, folder.toString, Seq("- a note").asJava, spark)
    folder
  }

  test("models stand beside each other, and each has its categories") {
    val lines = printed(good, bad)
    def cells(name: String) = lines.find(_.startsWith(s"  $name  ")).get.trim.split("  +").toSeq
    assert(cells("figure") == Seq("figure", "good", "bad, \"quoted\""))
    assert(cells("recall") == Seq("recall", "1.00 (0.21-1.00) 1/1", "0.00 (0.00-0.79) 0/1"))
    assert(cells("precision") == Seq("precision", "1.00 (0.21-1.00) 1/1", "0.00 (0.00-0.79) 0/1"))
    assert(cells("pairs: both, neither, only clean").tail == Seq("0, 0, 0", "0, 0, 1"))
    assert(cells("Youden, mean of categories").tail == Seq("1.00", "-1.00"))
    assert(cells("prompt tokens computed").tail == Seq("60", "60"))
    assert(cells("cost").tail == Seq("0.0200", "0.0200"))
    assert(lines.count(_.startsWith("By category: ")) == 2)
    assert(!lines.exists(_.contains("AUC")) && !lines.exists(_.contains("come and go")))
  }

  test("what comes and goes, scores and what was not answered are shown where there is some") {
    val scores = scored(
      (defect, Nil, Map(SQL_INJECTION -> 2.0, DEADLOCK -> 1.0)),
      (clean, Nil, Map(SQL_INJECTION -> 1.0, DEADLOCK -> 1.0))
    )
    val lines = printed(evaluation("m", scores, good.review))
    assert(lines.exists(_.matches("  findings that come and go +1.00 .* 1/1")))
    assert(lines.exists(_.matches("  right category above others, AUC +0.750")))
    assert(lines.exists(_.matches("  defect above clean, AUC +1.000")))
    assert(lines.exists(_.matches("  sql-injection .* - +1.00")))
  }

  test("steps of confidence that change nothing are left out") {
    val lines = printed(good)
    val table = lines.dropWhile(!_.startsWith("If more confidence")).drop(2).takeWhile(_.nonEmpty)
    assert(table.map(_.trim.split(" +").head) == Seq("0.00", "0.25", "0.95"))
  }

  test("tables are the same in CSV and Parquet, and hold every label and every finding") {
    val folder = saved(good, bad)
    val matches = spark.read.parquet(folder.resolve("matches.parquet").toString)
    val rows = matches.collect().map { row =>
      (
        value(row, "model").get,
        value(row, "unit").get,
        value(row, "outcome").get,
        value(row, "category").get,
        value(row, "shown").orNull
      )
    }
    val quoted = "bad, \"quoted\""
    assert(
      rows.toSet == Set(
        ("good", "defect", "right", "sql-injection", "true"),
        ("good", "clean", "wrong", "deadlock", "false"),
        (quoted, "defect", "missed", "sql-injection", null),
        (quoted, "clean", "wrong", "sql-injection", "true")
      )
    )
    for (name <- Seq("matches", "figures")) {
      val parquet = spark.read.parquet(folder.resolve(s"$name.parquet").toString)
      val csv = spark.read
        .option("header", "true")
        .option("escape", "\"")
        .schema(parquet.schema)
        .csv(folder.resolve(s"$name.csv").toString)
      def texts(frame: org.apache.spark.sql.DataFrame) =
        // An empty text is nothing in CSV.
        frame.na.fill("").collect().map(_.toString).sorted.toSeq
      assert(texts(csv) == texts(parquet) && parquet.count() > 0)
    }
  }

  test("the report names how it was made and has every table, and its pictures can be opened") {
    val folder = saved(good, bad)
    val report = Files.readString(folder.resolve("report.md"))
    for (
      part <- Seq(
        "- a note",
        "| figure | good | bad, \"quoted\" |",
        "## By CWE: good",
        "| CWE-89 |"
      )
    ) {
      assert(report.contains(part))
    }
    val xml = DocumentBuilderFactory.newInstance().newDocumentBuilder()
    for (name <- Seq("confidence", "categories")) {
      assert(report.contains(s"]($name.svg)"))
      val picture = xml.parse(folder.resolve(s"$name.svg").toFile)
      assert(picture.getElementsByTagName("text").getLength > 5)
    }
  }

  test("a folder that cannot be written is an error that says so") {
    val file = Files.createTempFile("in", "way")
    val error = intercept[AuditException](
      report(good).save(file.resolve("out"), file.toString, java.util.List.of(), spark)
    )
    assert(
      error.errorClass.name == "EVALUATION_UNWRITABLE" && error.getMessage.contains(file.toString)
    )
  }
}
