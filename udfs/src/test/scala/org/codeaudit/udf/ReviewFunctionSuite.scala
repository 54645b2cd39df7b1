package org.codeaudit.udf
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

import org.apache.spark.broadcast.Broadcast
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema
import org.apache.spark.sql.Row
import org.codeaudit.udf.row.ChangeSchema
import org.codeaudit.udf.run.{EarlierAnswers, Progress, ProgressAccumulator, RunContext}
import org.codeaudit.udf.setting.{AnswerSettings, CheckpointLoader, ReviewSettings}
import org.scalatest.funsuite.AnyFunSuite

import org.codeaudit.Folders
import org.codeaudit.check.{Calibration, CheckSet, CheckSettings, Curve}
import org.codeaudit.generate.{EngineCache, EngineSettings}
import org.codeaudit.model.{ModelSettings, Precision}
import org.codeaudit.prompt.PromptTemplate

/** What is broadcast, where there is no Spark. */
private class Known(earlier: EarlierAnswers) extends Broadcast[EarlierAnswers](0) {
  override protected def getValue(): EarlierAnswers = earlier
  override protected def doUnpersist(blocking: Boolean): Unit = ()
  override protected def doDestroy(blocking: Boolean): Unit = ()
}

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

  private def review(model: String, changes: Row*): (Seq[Row], Progress) =
    reviewBy(CheckSettings.NONE, model, changes: _*)

  private def reviewBy(
      checks: CheckSettings,
      model: String,
      changes: Row*
  ): (Seq[Row], Progress) = reviewAfter(null, checks, model, changes: _*)

  /** @param earlier what earlier runs left; null for nothing */
  private def reviewAfter(
      earlier: EarlierAnswers,
      checks: CheckSettings,
      model: String,
      changes: Row*
  ): (Seq[Row], Progress) = {
    val settings = new ReviewSettings(
      new AnswerSettings(
        "run",
        new CheckpointLoader(),
        new ModelSettings(model, Precision.F32, 2048, 1),
        "revision",
        EngineSettings.DEFAULT,
        40,
        false
      ),
      prompt,
      400,
      2,
      checks
    )
    val progress = new ProgressAccumulator()
    try {
      val run = new RunContext(progress, Option(earlier).map(new Known(_)).orNull, null)
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

  test("what ended its executor is not asked again, and is not said to be answered") {
    val lines = (1 to 120).map(i => s"+int x$i = $i;").mkString("\n")
    val large = change("diff" -> s"@@ -1,1 +1,121 @@\n class A {\n$lines\n")
    val (all, _) = review(checkpoint, large)
    val keys = all.map(_.getAs[String]("row_key"))
    assert(keys.size > 2)
    val units = new EarlierAnswers.Builder().poison(keys.head).finished(keys(1)).build()
    val (rest, progress) = reviewAfter(units, CheckSettings.NONE, checkpoint, large)
    assert(rest.map(_.getAs[String]("row_key")) === keys.head +: keys.drop(2))
    assert(rest.forall(_.getAs[Int]("rows_due") === keys.size - 1))
    assert(rest.head.getAs[String]("status") === "unchanged")
    assert(rest.head.getAs[String]("error_class") === "POISON_ROW")
    assert(rest.tail.forall(row => Set("ok", "truncated")(row.getAs[String]("status"))))
    assert(progress.rows === keys.size - 2 && progress.inputs === 1)
    // First of all, for no budget may keep it back.
    val end = new EarlierAnswers.Builder().poison(keys.last).build()
    val (early, _) = reviewAfter(end, CheckSettings.NONE, checkpoint, large)
    assert(early.map(_.getAs[String]("row_key")) === keys.last +: keys.init)

    val input = new EarlierAnswers.Builder().poison(all.head.getAs[String]("input_key")).build()
    val (whole, reused) = reviewAfter(input, CheckSettings.NONE, "/no/such/model", large)
    val said = whole.map(row => row.getAs[String]("status") -> row.getAs[String]("error_class"))
    assert(said === Seq("unchanged" -> "POISON_ROW") && reused.reused === 1)
  }

  private def checks(ids: String*) = new CheckSettings(
    CheckSet.bundled().only(ids.asJava),
    Calibration.UNFITTED,
    3,
    0,
    false
  )

  /** A checkpoint that takes the longer prompts of checks. */
  private def withLongContext[T](use: String => T): T = Folders.temporary("long") { folder =>
    val files = Files.list(Path.of(checkpoint))
    try
      files.forEach { file =>
        val short = "\"max_position_embeddings\": 1024"
        val copy = folder.resolve(file.getFileName)
        if (file.endsWith("config.json"))
          Files.writeString(copy, Files.readString(file).replace(short, short.replace("1", "9")))
        else Files.copy(file, copy)
      }
    finally files.close()
    use(folder.toString)
  }

  test("by checks, a unit has a row with its scores, and keys that tell it from other reviews") {
    withLongContext { model =>
      val rows =
        for (settings <- Seq(checks("sql-injection"), checks("sql-injection", "weak-hash"))) yield {
          val (rows, progress) = reviewBy(
            settings,
            model,
            change("path" -> "A.java", "diff" -> diff("x = db.query(\"SELECT \" + name);")),
            change("path" -> "B.java", "diff" -> diff("int x;")),
            change("path" -> "C.java", "diff" -> diff("int x;"))
          )
          assert(progress.rows === 3 && progress.failed === 0)
          assert(rows.map(_.getAs[String]("status")).toSet === Set("ok"))
          rows.map(row => row.getAs[String]("path") -> row).toMap
        }
      val scores = rows.head("A.java").getAs[Array[Row]]("checks").toSeq
      assert(scores.map(_.getAs[String]("check")) === Seq("sql-injection"))
      assert(rows.head("A.java").getAs[Int]("prompt_tokens") > 0)
      // nothing to ask, nothing asked
      assert(rows.head("B.java").getAs[Array[Row]]("checks").isEmpty)
      assert(rows.head("B.java").getAs[Int]("prompt_tokens") === 0)
      val keys =
        for (some <- rows; path <- Seq("A.java", "B.java", "C.java"))
          yield some(path).getAs[String]("content_key")
      // the path is no part of the question
      assert(keys(1) === keys(2) && keys.toSet.size === 4)
    }
  }

  test("a secret in the code is in no column of a review by checks") {
    val secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    withLongContext { model =>
      val all = CheckSet.bundled()
      val settings = new CheckSettings(all, alwaysLikely(all), 33, 0, false)
      val (rows, _) = reviewBy(
        settings,
        model,
        change("diff" -> diff(s"""String token = "$secret"; run("git clone " + token);"""))
      )
      def parts(column: String) = rows.flatMap(_.getAs[Array[Row]](column))
      val quotes = parts("checks").map(_.getAs[String]("quote")).filter(_ != null)
      assert(quotes.nonEmpty && parts("findings").nonEmpty)
      assert(quotes.forall(_.contains("[redacted:github-token]")))
      val texts = (rows ++ parts("checks") ++ parts("findings")).map(_.toString)
      assert(texts.forall(!_.contains(secret)))
    }
  }

  /** Every screen and every second look is likely to be right. */
  private def alwaysLikely(checks: CheckSet): Calibration = {
    val neutral = Calibration.UNFITTED
    val likely = new Curve(java.util.Map.of(), java.util.Map.of(), 100)
    new Calibration(
      "revision",
      checks.version,
      neutral.leaning,
      likely,
      0.5,
      likely,
      likely,
      0.5
    )
  }

  test("where the context is too short for the questions of checks the rows say so") {
    val (rows, progress) =
      reviewBy(checks("sql-injection"), checkpoint, change("diff" -> diff("db.query(sql);")))
    assert(status(rows) === Seq("A.java" -> "failed") && progress.failed === 1)
    assert(rows.head.getAs[String]("error_class") === "CONTEXT_TOO_SMALL")
  }
}
