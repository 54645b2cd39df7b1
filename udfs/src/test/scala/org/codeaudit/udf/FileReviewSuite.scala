package org.codeaudit.udf

import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema
import org.apache.spark.sql.Row
import org.codeaudit.udf.row.ChangeSchema
import org.codeaudit.udf.run.{AnswerStream, Isolation, RunContext, TaskModel}
import org.codeaudit.udf.setting.{AnswerSettings, ReviewSettings}
import org.scalatest.funsuite.AnyFunSuite

import org.codeaudit.{AuditException, ErrorClass}
import org.codeaudit.generate.{EngineSettings, ModelLoader}
import org.codeaudit.model.{ModelSettings, Precision}
import org.codeaudit.prompt.PromptTemplate

class FileReviewSuite extends AnyFunSuite {
  private val modelSettings = new ModelSettings("/nowhere/file-review", Precision.F32, 0, 1)

  private def settings(loader: ModelLoader) = {
    val answer = new AnswerSettings(
      "run",
      loader,
      modelSettings,
      "revision",
      EngineSettings.DEFAULT,
      16,
      false
    )
    new ReviewSettings(answer, PromptTemplate.bundled("review"), 500, 3)
  }

  private def change(columns: (String, Any)*): Row = {
    val schema = ChangeSchema.SCHEMA
    val values = new Array[Any](schema.length)
    val known = Map[String, Any](
      "repository" -> "here",
      "path" -> "a.py",
      "change_kind" -> "modified"
    ) ++ columns
    known.foreach { case (name, value) => values(schema.fieldIndex(name)) = value }
    new GenericRowWithSchema(values, schema)
  }

  private def work(change: Row, loader: ModelLoader) = {
    val review = settings(loader)
    val model = new TaskModel(review.answer)
    new FileReview(change, review, model, RunContext.alone(), Isolation.NONE).work()
  }

  private def onlyRow(change: Row): Row = {
    val pieces = work(change, (_, _) => fail("the model is not needed"))
    val row = pieces.next().asInstanceOf[AnswerStream.Work.Ready].row
    assert(!pieces.hasNext)
    row
  }

  test("a change that cannot be understood gives one failed row and loads no model") {
    val row = onlyRow(change("change_kind" -> "teleported", "diff" -> "@@ -1 +1 @@\n-a\n+b\n"))
    assert(row.getAs[String]("status") === "failed")
    assert(row.getAs[String]("error_class") === "IllegalArgumentException")
  }

  test("an error a source found comes back as it is, without its secrets") {
    val token = "ghp_" + "a1B2" * 9
    val row = onlyRow(change("error_class" -> "UNREADABLE", "error_message" -> s"No $token here"))
    assert(row.getAs[String]("error_class") === "UNREADABLE")
    assert(row.getAs[String]("error_message") === "No [redacted:github-token] here")
  }

  test("an error message that has no end is cut, never within a character") {
    val row = onlyRow(change("error_class" -> "UNREADABLE", "error_message" -> "😀" * 100000))
    assert(row.getAs[String]("error_message") === "😀" * 4000 + " ...")
  }

  test("a model that cannot be loaded fails the task, not every row by itself") {
    val failure = intercept[AuditException] {
      work(
        change("diff" -> "@@ -1 +1 @@\n-a\n+b\n"),
        (_, _) => throw new AuditException(ErrorClass.CHECKPOINT_TRUNCATED, "what", "why", "fix")
      )
    }
    assert(failure.errorClass.name === "CHECKPOINT_TRUNCATED")
  }
}
