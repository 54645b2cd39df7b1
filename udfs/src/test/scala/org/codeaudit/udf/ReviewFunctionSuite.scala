package org.codeaudit.udf

import java.nio.file.Path

import scala.jdk.CollectionConverters._

import org.apache.spark.sql.Row
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema
import org.scalatest.funsuite.AnyFunSuite

import org.codeaudit.generate.{EngineCache, EngineSettings}
import org.codeaudit.model.{ModelSettings, Precision}
import org.codeaudit.prompt.PromptTemplate

class ReviewFunctionSuite extends AnyFunSuite {
  private val checkpoint =
    Path.of(sys.props("codeaudit.root")).resolve("data/golden/qwen3-tiny").toString
  private val prompt = PromptTemplate.parse(
    "short",
    "<!-- system -->\nFind defects.\n<!-- user: change -->\n{{code}}\n<!-- user: file -->\n{{code}}\n"
  )

  private def change(values: (String, Any)*): Row = {
    val defaults = Map[String, Any](
      "repository" -> "shop",
      "path" -> "A.java",
      "change_kind" -> "modified",
      "language" -> "java",
      "content_sha" -> "0" * 64
    )
    val all = defaults ++ values
    new GenericRowWithSchema(
      ChangeSchema.SCHEMA.fieldNames.map(all.getOrElse(_, null)),
      ChangeSchema.SCHEMA
    )
  }

  private def diff(line: String) = s"@@ -1,1 +1,2 @@\n class A {\n+$line\n"

  private def review(model: String, changes: Row*): (Seq[Row], Progress) = {
    val settings = new ReviewSettings(
      new AnswerSettings(
        "run",
        ModelLoading.CHECKPOINT,
        new ModelSettings(model, Precision.F32, 2048, 1),
        "revision",
        EngineSettings.DEFAULT,
        40,
        false
      ),
      prompt,
      400,
      2
    )
    val progress = new ProgressAccumulator()
    try {
      val run = new RunContext(progress, null, null)
      val rows = new ReviewFunction(settings, run).call(changes.iterator.asJava)
      (rows.asScala.toList, progress.value)
    } finally EngineCache.shared().clear()
  }

  private def status(rows: Seq[Row]): Seq[(String, String)] =
    rows.map(row => row.getAs[String]("path") -> row.getAs[String]("status")).sorted

  test("rows that cannot be reviewed come back with their reason and harm no other") {
    val (rows, progress) = review(
      checkpoint,
      change("path" -> "good.java", "diff" -> diff("int x = 1 / 0;")),
      change("path" -> "lying.java", "diff" -> "@@ -1,9 +1,9 @@\n+one line\n"),
      change("path" -> "odd.java", "change_kind" -> "melted", "diff" -> diff("int y;")),
      change("path" -> "lock.json", "skip_reason" -> "lock file"),
      change(
        "path" -> "lost.java",
        "error_class" -> "GIT_OBJECT_MISSING",
        "error_message" -> "gone"
      ),
      change("path" -> "blank.java")
    )
    val byPath = rows.map(row => row.getAs[String]("path") -> row).toMap
    assert(rows.size === 6 && byPath.size === 6)
    for (
      (path, expected) <- Seq(
        "lying.java" -> "failed",
        "odd.java" -> "failed",
        "lock.json" -> "skipped",
        "lost.java" -> "failed",
        "blank.java" -> "skipped"
      )
    ) assert(byPath(path).getAs[String]("status") === expected, path)
    assert(Set("ok", "truncated").contains(byPath("good.java").getAs[String]("status")))
    assert(byPath("lost.java").getAs[String]("error_class") === "GIT_OBJECT_MISSING")
    assert(progress.inputs === 6 && progress.rows === 6 && progress.failed === 3)
  }

  test("a partition without anything to review loads no model") {
    val (rows, _) = review("/no/such/model", change("skip_reason" -> "binary"))
    assert(status(rows) === Seq("A.java" -> "skipped"))
  }

  test("a model that cannot be loaded fails the task, not its rows") {
    val failure = intercept[RuntimeException] {
      review("/no/such/model", change("diff" -> diff("int x;")))
    }
    assert(failure.getMessage.contains("/no/such/model"))
  }

  test("keys differ where the place differs, and content keys only where the question does") {
    val (rows, _) = review(
      checkpoint,
      change("commit_id" -> "one", "diff" -> diff("int x;")),
      change("commit_id" -> "two", "diff" -> diff("int x;")),
      change("commit_id" -> "two", "path" -> "B.java", "diff" -> diff("int z;"))
    )
    assert(rows.map(_.getAs[String]("row_key")).distinct.size === 3)
    assert(rows.map(_.getAs[String]("content_key")).distinct.size === 2)
  }

  test("a secret in the code is in no column") {
    val secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    val (rows, _) =
      review(checkpoint, change("diff" -> diff(s"""String token = "$secret";""")))
    assert(rows.nonEmpty && rows.forall(!_.toString.contains(secret)))
  }
}
