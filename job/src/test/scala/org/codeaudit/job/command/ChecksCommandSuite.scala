package org.codeaudit.job.command
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

import org.apache.spark.sql.Row
import org.codeaudit.change.{Line, UnifiedDiffParser}
import org.codeaudit.check.{Calibration, CalibrationFile, Check, CheckSet}
import org.codeaudit.job.source.TestRepository

/** `audit review` by checks, as it is by default. */
class ChecksCommandSuite extends CommandSuite {
  override protected def reviewsOpenly: Boolean = false

  private lazy val bundled: Map[String, Check] =
    CheckSet.bundled().checks.asScala.map(check => check.id -> check).toMap

  private lazy val model: String = longModel

  private def review(out: Path, source: String, more: String*): Outcome = audit(
    Seq("review", source, "--model", model, "--out", out.toString, "--quiet") ++
      Seq("--precision", "f32") ++ more: _*
  )

  private val code = Seq(
    "import java.sql.*;",
    "",
    "class Users {",
    "  User find(Connection c, String name) throws SQLException {",
    "    Statement s = c.createStatement();",
    "    return read(s.executeQuery(\"SELECT * FROM users WHERE name = '\" + name + \"'\"));",
    "  }",
    "}"
  )

  private lazy val repository: String = {
    val made = new TestRepository(folder("repository"))
    made.write("src/Users.java", code.mkString("", "\n", "\n"))
    made.write("Empty.java", "// nothing\n").write("package-lock.json", "{}\n")
    made.commit("one")
    made.folder.toString
  }

  private def rows(row: Row, column: String): Seq[Row] =
    Option(row.getAs[collection.Seq[Row]](column)).fold(Seq.empty[Row])(_.toSeq)

  private def followed(review: Row): Seq[Row] =
    rows(review, "checks").filter(_.getAs[Any]("confidence") != null)

  /** What a row of the table `reviews` must hold to agree with itself. */
  private def checkReview(review: Row): Unit = {
    assert(review.getAs[String]("status") === "ok")
    assert(review.getAs[String]("prompt_name") === "checks")
    assert(review.getAs[String]("prompt_version").startsWith(CheckSet.bundled().version))
    val scored = rows(review, "checks")
    assert(scored.map(_.getAs[String]("check")).distinct.size === scored.size)
    for (score <- scored) {
      val check = bundled(score.getAs[String]("check"))
      assert(score.getAs[String]("category") === check.category.columnValue)
      val probability = score.getAs[Double]("screen_probability")
      assert(probability > 0 && probability < 1)
      for (column <- Seq("flow", "sign"))
        assert(Set(-1.0, 0.0, 0.5, 1.0)(score.getAs[Double](column)))
      for (column <- Seq("quote", "verdict_score"))
        assert((score.getAs[Any](column) != null) === (score.getAs[Any]("confidence") != null))
    }
    val findings = rows(review, "findings")
    val sure = followed(review).map(_.getAs[Double]("confidence")).sorted.reverse
    assert(findings.map(_.getAs[Double]("confidence")) === sure)
    // a question for each check, one for each second look
    if (scored.nonEmpty)
      assert(review.getAs[Int]("generated_tokens") >= scored.size + sure.size)
    else assert(review.getAs[Int]("prompt_tokens") === 0)
  }

  test("a file is screened, looked at again and explained, and the tables say what came of it") {
    val out = folder("checks").resolve("tables")
    val outcome =
      review(out, repository, "--mode", "file", "--follow-up", "4", "--explain-from", "0")
    assert(outcome.code === ExitCode.OK, outcome.err)
    withTables(out) { table =>
      val reviews = table("reviews").collect().map(r => r.getAs[String]("path") -> r).toMap
      assert(reviews.keySet === Set("src/Users.java", "Empty.java", "package-lock.json"))
      assert(reviews("package-lock.json").getAs[Any]("checks") == null)
      assert(rows(reviews("Empty.java"), "checks").isEmpty)
      Seq("Empty.java", "src/Users.java").foreach(path => checkReview(reviews(path)))
      val users = reviews("src/Users.java")
      val asked = rows(users, "checks").map(_.getAs[String]("check"))
      assert(asked.contains("sql-injection") && !asked.contains("buffer-overflow"))
      assert(followed(users).nonEmpty && followed(users).size <= 4)

      val findings = table("findings").collect()
      assert(findings.length === followed(users).size)
      for (finding <- findings) {
        val line = code(finding.getAs[Int]("line_start") - 1)
        assert(finding.getAs[String]("quote") === line.strip)
        val quoted = followed(users).find { score =>
          score.getAs[String]("quote") == line.strip &&
          score.getAs[String]("category") == finding.getAs[String]("category")
        }.get
        val check = bundled(quoted.getAs[String]("check"))
        assert(check.canStandAt(line, false))
        assert(finding.getAs[String]("severity") === check.severity.columnValue)
        assert(finding.getAs[Double]("confidence") === quoted.getAs[Double]("confidence"))
        assert(finding.getAs[String]("message").nonEmpty)
      }
    }
  }

  test("of changes only added lines have findings, and the next run asks nothing again") {
    val added = (for {
      name <- entries(samples).toSeq if name.endsWith(".patch")
      file <- UnifiedDiffParser.parse(Files.readString(samples.resolve(name)), name).asScala
      line <- file.hunks.asScala.flatMap(_.lines.asScala) if line.kind == Line.Kind.ADDED
    } yield (file.path, line.newNumber)).toSet
    val out = folder("checks").resolve("tables")
    val outcome = review(out, samples.toString, "--follow-up", "2")
    assert(outcome.code === ExitCode.OK, outcome.err)
    val count = withTables(out) { table =>
      val reviews = table("reviews").collect()
      reviews.filter(_.getAs[String]("status") != "skipped").foreach(checkReview)
      assert(reviews.forall(followed(_).size <= 2) && reviews.exists(followed(_).nonEmpty))
      for (finding <- table("findings").collect()) {
        val place = (finding.getAs[String]("path"), finding.getAs[Int]("line_start"))
        assert(finding.getAs[String]("side") === "new" && added(place), place)
      }
      reviews.length
    }
    val again = review(out, samples.toString, "--follow-up", "2")
    assert(again.out.contains("Rows       0:"), again.out)
    assert(review(out, samples.toString, "--follow-up", "1").code === ExitCode.OK)
    withTables(out)(table => assert(table("reviews").count() === 2 * count))
  }

  test("an organisation's own check is asked, alone if the user says so") {
    val own = rawRead()
    val out = folder("checks").resolve("tables")
    val only = Seq("--mode", "file", "--checks", own.toString, "--only-checks", "raw-read")
    val outcome = review(out, repository, only: _*)
    assert(outcome.code === ExitCode.OK, outcome.err)
    withTables(out) { table =>
      val scores = table("reviews").collect().flatMap(rows(_, "checks"))
      assert(scores.map(_.getAs[String]("check")).toSeq === Seq("raw-read"))
    }
  }

  /** A folder with one check. */
  private def rawRead(more: String*): Path = {
    val own = folder("rules")
    Files.writeString(
      own.resolve("raw-read.yaml"),
      (more ++ Seq(
        "id: raw-read",
        "category: input-validation",
        "severity: low",
        "question: Does {{code}} call read without a limit?",
        "counts: read is called without a limit",
        "harmless: a limit",
        "where: ['read\\(']",
        "message: The rows are read without a limit.",
        "suggestion: Add a limit.",
        "example: {defect: 'read(all)', clean: 'read(all, 10)'}"
      )).mkString("\n")
    )
    own
  }

  test("a check on request is asked where rules ask for it, and what changes is asked again") {
    val own = rawRead("on-request: true")
    val made = new TestRepository(folder("requested"))
    for ((name, table) <- Seq("src/A.java" -> "users", "lib/B.java" -> "groups"))
      made.write(name, code.mkString("", "\n", "\n").replace("users", table))
    made.write(".codeaudit.yaml", "checks: [{paths: src/, add: [raw-read, no-luck]}]\n")
    made.commit("one")
    val out = folder("checks").resolve("tables")
    val arguments = Seq("--mode", "file", "--checks", own.toString, "--explain-from", "1")
    def asked(more: String*): (Map[String, Boolean], String) = {
      val outcome = review(out, made.folder.toString, arguments ++ more: _*)
      assert(outcome.code === ExitCode.OK, outcome.err)
      val paths = withTables(out) { table =>
        val last = table("reviews").selectExpr("max(run_id)").head().getString(0)
        table("reviews")
          .where(s"run_id = '$last' AND status = 'ok'")
          .collect()
          .map { row =>
            row.getAs[String]("path") -> rows(row, "checks")
              .exists(_.getAs[String]("check") == "raw-read")
          }
          .toMap
      }
      (paths, outcome.out)
    }
    val (first, _) = asked()
    assert(first("src/A.java") && !first("lib/B.java"), first)
    assert(asked()._2.contains("Rows       0:"))
    val besides = rules("checks: [{paths: lib/, add: raw-read}]") + "/own.yaml"
    assert(asked("--rules", besides)._1 === Map("lib/B.java" -> true))

    val only = asked(
      "--rules",
      rules("checks: [{add: raw-read}]") + "/own.yaml",
      "--only-checks",
      "sql-injection"
    )
    assert(only._1.values.toSet === Set(false))

    val wrong =
      review(out, made.folder.toString, "--rules", rules("checks: [{add: no-luck}]") + "/own.yaml")
    assert(
      wrong.code === ExitCode.USAGE && wrong.err.contains("no check no-luck. ") && wrong.err
        .contains("own.yaml asks for it"),
      wrong.err
    )
  }

  test("the same scores come whatever the batch") {
    val scores = Seq("1", "7").map { batch =>
      val out = folder("checks").resolve("tables")
      val outcome = review(out, repository, "--mode", "file", "--batch", batch)
      assert(outcome.code === ExitCode.OK, outcome.err)
      withTables(out) {
        _("reviews")
          .collect()
          .flatMap(rows(_, "checks"))
          .map(score => score.getAs[String]("check") -> score.getAs[Double]("screen_score"))
          .toMap
      }
    }
    assert(scores.head.keySet === scores.last.keySet && scores.head.size > 3)
    for ((check, score) <- scores.head) assert(math.abs(score - scores.last(check)) <= 1e-4, check)
  }

  private def rules(text: String): String =
    Files.writeString(folder("rules").resolve("own.yaml"), text).getParent.toString

  for (
    (what, arguments, expected) <- Seq[(String, () => Seq[String], String)](
      ("a check with an unknown key", () => Seq("--checks", rules("idd: x")), "did you mean id?"),
      ("a folder of checks that is not there", () => Seq("--checks", "/no/rules"), "/no/rules"),
      ("a check that does not exist", () => Seq("--only-checks", "no-luck"), "no check no-luck"),
      ("a kind of review there is not", () => Seq("--review", "guess"), "--review")
    )
  ) test(s"$what is one clear error, exit code 2, and nothing is written") {
    val out = folder("refused").resolve("t")
    val outcome = review(out, repository, arguments(): _*)
    assert(outcome.code === ExitCode.USAGE, outcome.err)
    assert(outcome.err.contains(expected), outcome.err)
    assert(!outcome.err.contains("\tat "), "a stack trace is no error message")
    assert(!Files.exists(out.resolve("reviews")))
  }

  /** Twelve lines of JSON: units that have every defect in every line, and units that have none. */
  private def labelled: Path = {
    val text = code.mkString("", "\n", "\n").replace("\\", "\\\\").replace("\"", "\\\"")
    val kinds = bundled.values.map(_.category.columnValue).toSeq.distinct.sorted
    val labels = kinds.map(kind => s"""{"category":"$kind","line_start":1,"line_end":8}""")
    val units = for (i <- 0 until 12) yield {
      val json = text.replace("Users", s"Users$i").replace("\n", "\\n")
      s"""{"unit":"u$i","language":"java","path":"src/Users$i.java","code":"$json",""" +
        s""""labels":[${if (i % 2 == 0) labels.mkString(",") else ""}]}"""
    }
    Files.write(folder("labelled").resolve("units.jsonl"), units.asJava)
  }

  test("a calibration is fitted to labelled units and decides what the next review is sure of") {
    val file = folder("calibration").resolve("tiny.json")
    val fitted = audit(
      Seq("calibrate", "--dataset", labelled.toString, "--model", model, "--precision", "f32") ++
        Seq("--answers", folder("answers").toString, "--out", file.toString, "--quiet") ++
        Seq("--follow-up", "33", "--threads", "1"): _*
    )
    assert(fitted.code === ExitCode.OK, fitted.err)
    assert(fitted.out.contains("Fitted ") && fitted.out.contains(s"Saved      $file"))
    val out = folder("calibrated")
    val reviewed =
      review(out, repository, "--mode", "file", "--calibration", file.toString)
    assert(reviewed.code === ExitCode.OK, reviewed.err)
    val curve = new com.fasterxml.jackson.databind.ObjectMapper().readTree(file.toFile)
    val calibration =
      CalibrationFile.read(file, curve.path("model").asText, curve.path("questions").asText)
    val reviews = withTables(out)(table => table("reviews").collect().toSeq.map(rows(_, "checks")))
    assert(reviews.flatten.nonEmpty)
    for (scores <- reviews) {
      val left = calibration.leaning.takenOff(
        scores
          .map(score =>
            score.getAs[String]("check") -> score.getAs[java.lang.Double]("screen_score")
          )
          .toMap
          .asJava
      )
      for (score <- scores) {
        val check = score.getAs[String]("check")
        val expected =
          calibration.screen.probability(
            check,
            java.util.Map.of(
              Calibration.SCREEN,
              left.get(check),
              Calibration.FLOW,
              score.getAs[java.lang.Double]("flow"),
              Calibration.SIGN,
              score.getAs[java.lang.Double]("sign")
            )
          )
        assert(math.abs(score.getAs[Double]("screen_probability") - expected) < 1e-9)
      }
    }
    val foreign = Files.writeString(
      folder("foreign").resolve("c.json"),
      Files.readString(file).replaceFirst("\"model\" : \"[^\"]*\"", "\"model\" : \"another\"")
    )
    val refused = review(folder("refused"), repository, "--calibration", foreign.toString)
    assert(refused.code === ExitCode.USAGE)
    assert(refused.err.contains("made for the model another") && refused.err.contains("--uncal"))
  }
}
