package org.codeaudit.job.triage

import java.nio.file.Files

import scala.jdk.CollectionConverters._

import org.apache.spark.sql.Row

import org.codeaudit.check.CheckSet
import org.codeaudit.job.command.Rows
import org.codeaudit.job.source.SparkSuite
import org.codeaudit.udf.row.ReviewSchema

class VerdictsSuite extends SparkSuite {
  private val source = Files.createTempDirectory("source")
  Files.writeString(source.resolve("A.java"), "class A {\n  run(a);\n  run(b);\n}\n")

  private val input = TriageInput.of(
    Seq(
      Logs.read(
        Logs.run(
          Seq(
            Logs.result("r", Logs.at("A.java", 2)),
            Logs.result("r", Logs.at("A.java", 3)),
            Logs.result("r", "")
          )
        )
      )
    ).asJava,
    new SourceFiles(source),
    new ToolChecks(CheckSet.bundled())
  )
  private val Seq(first, second) =
    input.findings.asScala.toSeq.filter(_.claim.isPresent).map(_.claim.get.id)

  private def judged(id: String, confidence: Double, flow: Double = 0): Seq[(String, Any)] = Seq(
    "findings" -> Seq(
      Rows.of(
        ReviewSchema.FINDING,
        "report_id" -> id,
        "confidence" -> confidence,
        "message" -> s"Said of $confidence.",
        "line_start" -> 2
      )
    ),
    "checks" -> Seq(Rows.of(ReviewSchema.CHECK, "report_id" -> id, "flow" -> flow))
  )

  private def review(key: String, values: (String, Any)*): Row = {
    val defaults = Map[String, Any](
      "input_key" -> "input",
      "row_key" -> key,
      "prompt_name" -> "triage",
      "path" -> "A.java",
      "attempt" -> 1,
      "status" -> "ok"
    )
    Rows.of(ReviewSchema.REVIEWS, (defaults ++ values).toSeq: _*)
  }

  private def verdicts(rows: Row*): Seq[Verdict] = {
    val frame = spark.createDataFrame(rows.asJava, ReviewSchema.REVIEWS)
    Verdicts.of(frame, java.util.Set.of("input"), 0.5).on(input.findings).asScala.toSeq
  }

  test("a confidence of the least that is wanted keeps a finding, less does not") {
    for (
      (confidence, kind) <- Seq(
        0.5 -> Verdict.Kind.TRUE_POSITIVE,
        0.9 -> Verdict.Kind.TRUE_POSITIVE,
        0.49 -> Verdict.Kind.FALSE_POSITIVE
      )
    ) {
      val verdict = verdicts(review("1", judged(first, confidence): _*)).head
      assert(verdict.kind === kind && verdict.confidence.getAsDouble === confidence)
      assert(verdict.line.getAsInt === 2)
      val said = verdict.reason === s"Said of $confidence."
      assert(said === (kind == Verdict.Kind.TRUE_POSITIVE), verdict.reason)
    }
  }

  test("a finding that is held for false says what was seen") {
    val Seq(ruledOut, unlikely, noFile) = verdicts(
      review("1", judged(first, 0.125, flow = -1): _*),
      review("2", judged(second, 0.25): _*)
    )
    val look = "A second look at the line gives the report a probability of "
    assert(ruledOut.reason === s"No value from outside was seen to reach this line. ${look}0.13.")
    assert(unlikely.reason === s"${look}0.25.")
    assert(noFile.kind === Verdict.Kind.NOT_JUDGED && noFile.reason === "It names no file.")
  }

  test("the latest answer counts, of what is asked now") {
    val rows = Seq(
      review("1", judged(first, 0.1) ++ Seq("attempt" -> 2, "unit_count" -> 2): _*),
      review("1", judged(first, 0.9) :+ ("unit_count" -> 2): _*),
      review("2", judged(second, 0.9) :+ ("input_key" -> "another"): _*),
      review("3", judged(second, 0.9) :+ ("prompt_name" -> "checks"): _*)
    )
    for (some <- Seq(rows, rows.reverse)) {
      val found = verdicts(some: _*)
      assert(found.head.confidence.getAsDouble === 0.1)
      assert(found(1).reason === "It was not asked yet: the same command goes on with it.")
    }
  }

  test("a claim without an answer says why") {
    val failed = Seq("status" -> "failed", "error_class" -> "X", "error_message" -> "why")
    val lines = Seq("start_line" -> 3, "end_line" -> 9)
    val unshown =
      "None of its lines can be shown whole: they are blank, comments, brackets or too long."
    val table = Seq(
      Seq("status" -> "skipped", "skip_reason" -> "generated") ->
        Seq("Its file was skipped: generated.", "Its file was skipped: generated."),
      failed -> Seq("The question failed: X, why.", "The question failed: X, why."),
      (failed ++ lines) -> Seq(unshown, "The question failed: X, why."),
      Seq("start_line" -> 1, "end_line" -> 4) -> Seq(unshown, unshown)
    )
    for ((values, reasons) <- table) {
      assert(verdicts(review("1", values: _*)).take(2).map(_.reason) === reasons, values)
    }
  }

  test("the table names every finding, and the summary counts them") {
    val found = verdicts(
      review("1", judged(first, 0.9): _*),
      review("2", judged(second, 0.25): _*)
    )
    val table = new VerdictTable(input.findings, found.asJava)
    val lines = table.lines.asScala
    assert(lines.head === "  true positive   0.90  A.java:2  r")
    assert(lines(2) === "  false positive  0.25  A.java:3  r")
    assert(
      lines(4) === "  not judged         -  (no file)  r" && lines(5).endsWith(" It names no file.")
    )
    assert(table.summary === "3 findings: 1 kept, 1 proposed to be suppressed, 1 not judged")
  }

  test("a long table is cut, and says so") {
    val many = Seq.fill(101)(input.findings.get(2))
    val table =
      new VerdictTable(many.asJava, Seq.fill(101)(Verdict.notJudged("it is so")).asJava)
    assert(table.lines.size === 201 && table.lines.get(200) === "  ... and 1 more in the log")
  }
}
