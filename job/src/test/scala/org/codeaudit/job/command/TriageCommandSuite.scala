package org.codeaudit.job.command
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._
import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import org.apache.spark.sql.Row

import org.codeaudit.job.triage.Logs

class TriageCommandSuite extends CommandSuite {
  private val code = Seq(
    "import java.sql.*;",
    "",
    "class Users {",
    "  User find(Connection c, String name) throws SQLException {",
    "    Statement s = c.createStatement();",
    "    return read(s.executeQuery(\"SELECT * FROM users WHERE name = '\" + name + \"'\"));",
    "  }",
    "",
    "  int count() throws SQLException {",
    "    // no value in it",
    "    return read(open().executeQuery(\"SELECT count(*) FROM users\"));",
    "  }",
    "}"
  )

  private lazy val source: String = {
    val folder = this.folder("app")
    Files.createDirectories(folder.resolve("src"))
    Files.write(folder.resolve("src/Users.java"), code.asJava)
    Files.write(folder.resolve("src/Silent.java"), Seq("class Silent {}").asJava)
    Files.write(folder.resolve("long.py"), (1 to 120).map(i => s"x = run(value) # $i").asJava)
    folder.toString
  }

  private val rules =
    Seq(Logs.rule("sqli", "CWE-89"), Logs.rule("own/rule", summary = "A query without a limit."))
  private def sql(line: Int) = Logs.result("sqli", Logs.at("src/Users.java", line))

  private def log(results: String*): Path = Logs.write(Logs.text(Logs.run(results, rules)))

  private def triage(out: Path, logs: Seq[Path], more: String*): Outcome = audit(
    Seq("triage", source, "--model", longModel, "--out", out.toString, "--precision", "f32") ++
      logs.flatMap(log => Seq("--sarif", log.toString)) ++ more: _*
  )

  private def results(file: Path): Seq[JsonNode] =
    new ObjectMapper().readTree(file.toFile).at("/runs/0/results").asScala.toSeq

  private def own(result: JsonNode, name: String): JsonNode =
    result.at(s"/properties/codeAudit/$name")

  private def rows(row: Row, column: String): Seq[Row] =
    Option(row.getAs[collection.Seq[Row]](column)).fold(Seq.empty[Row])(_.toSeq)

  test("every finding has a verdict, in the tables, in the log and in print") {
    val out = folder("triage").resolve("tables")
    val input = log(
      sql(6),
      sql(11),
      Logs.result("own/rule", Logs.at("src/Users.java", 6), "This has no limit."),
      Logs.result("own/rule", Logs.at("src/Users.java", 10)), // a comment
      Logs.result("sqli", Logs.at("gone.java", 3)),
      Logs.result("sqli", Logs.at("src/Users.java", 900))
    )
    val outcome = triage(out, Seq(input), "--min-confidence", "1")
    assert(outcome.code === ExitCode.OK, outcome.err)
    assert(outcome.out.contains("6 findings: 0 kept, 3 proposed to be suppressed, 3 not judged"))
    assert(outcome.out.contains("src/Users.java:6  own/rule"), outcome.out)

    val findings = withTables(out) { table =>
      val Seq(review) = table("reviews").collect().toSeq
      assert(review.getAs[String]("path") === "src/Users.java")
      assert(review.getAs[String]("prompt_name") === "triage")
      val scored = rows(review, "checks")
      assert(
        scored.map(_.getAs[String]("check")) === Seq("sql-injection", "sql-injection", "own-rule")
      )
      // the parser rules the second one out, and it is judged all the same
      assert(scored.map(_.getAs[Double]("flow")) === Seq(0.5, -1.0, 0.0))
      // two questions about the unit, three second looks, and explanations if any
      assert(review.getAs[Int]("generated_tokens") >= 5)
      assert(table("runs").collect().map(_.getAs[String]("command")).toSeq === Seq("triage"))
      table("findings").collect().toSeq
    }
    assert(findings.map(_.getAs[String]("tool")).toSet === Set("tool"))
    assert(
      findings.map(f => (f.getAs[String]("rule"), f.getAs[Int]("line_start"))).toSet ===
        Set(("sqli", 6), ("sqli", 11), ("own/rule", 6))
    )
    assert(findings.map(_.getAs[String]("report_id")).distinct.size === 3)

    val written = results(out.resolve("triage.sarif"))
    assert(written.size === 6)
    for ((result, before) <- written.zip(results(input)); name <- before.fieldNames.asScala) {
      assert(result.path(name) === before.path(name))
    }
    assert(
      written.map(own(_, "verdict").asText) ===
        Seq.fill(3)("false positive") ++ Seq.fill(3)("not judged")
    )
    assert(written.take(3).map(own(_, "line").asInt) === Seq(6, 11, 6))
    assert(written.map(_.path("suppressions").size) === Seq(1, 1, 1, 0, 0, 0))
    assert(own(written(1), "reason").asText.startsWith("No value from outside was seen"))
    val reasons = written.drop(3).map(own(_, "reason").asText)
    assert(reasons.head.startsWith("None of its lines can be shown whole"))
    assert(reasons(1) === "Its file is not in the source folder.")
    assert(reasons(2) === s"Its file ends at line ${code.size}.")
    for (result <- written.take(3)) {
      val sure = findings.map(_.getAs[Double]("confidence"))
      assert(sure.contains(own(result, "confidence").asDouble))
    }
  }

  test("the same command asks nothing again, and a changed log what is new in it") {
    val out = folder("triage").resolve("tables")
    def verdicts = results(out.resolve("triage.sarif")).map(_.at("/properties/codeAudit"))
    val more = Seq("--min-confidence", "0", "--quiet")
    val first = triage(out, Seq(log(sql(6), sql(11))), more: _*)
    assert(first.code === ExitCode.OK && first.out.contains("Rows       1:"), first.err)
    assert(first.out.contains("2 findings: 2 kept, 0 proposed"), first.out)
    val before = verdicts
    assert(results(out.resolve("triage.sarif")).forall(!_.has("suppressions")))
    // in another order, and with another opinion of what is enough
    val again = triage(out, Seq(log(sql(6), sql(11))), "--quiet")
    assert(again.out.contains("Rows       0:") && again.out.contains("Earlier    1 inputs"))
    assert(verdicts.map(_.path("confidence")) === before.map(_.path("confidence")))
    val python = Logs.result("own/rule", Logs.at("long.py", 60))
    val grown = triage(out, Seq(log(sql(6), sql(11), python)), more: _*)
    assert(
      grown.out.contains("Rows       1:") && grown.out.contains("3 findings: 3 kept"),
      grown.out
    )
    assert(verdicts.take(2) === before)
    val changed = triage(out, Seq(log(sql(6), sql(5))), more: _*)
    assert(changed.out.contains("Rows       1:"), changed.out)
    assert(verdicts.map(_.path("line").asInt) === Seq(6, 5))
  }

  test("in a file of many units every finding is judged once, at its own line") {
    val out = folder("triage").resolve("tables")
    val lines = Seq(1, 40, 41, 80, 120)
    val places = lines.map(line => Logs.result("own/rule", Logs.at("long.py", line)))
    val wide = Logs.result(
      "sqli",
      Logs.place(
        """"artifactLocation":{"uri":"long.py"},"region":{"startLine":30,"endLine":110}"""
      )
    )
    val outcome =
      triage(out, Seq(log(places :+ wide: _*)), "--unit-tokens", "200", "--min-confidence", "0")
    assert(outcome.code === ExitCode.OK, outcome.err)
    val written = results(out.resolve("triage.sarif"))
    assert(written.map(own(_, "line").asInt) === lines :+ 30)
    withTables(out) { table =>
      val reviews = table("reviews").collect()
      assert(reviews.length > 3 && reviews.head.getAs[Int]("unit_count") === reviews.length)
      assert(table("findings").count() === 6)
      for (review <- reviews; finding <- rows(review, "findings")) {
        val line = finding.getAs[Int]("line_start")
        assert(line >= review.getAs[Int]("start_line") && line <= review.getAs[Int]("end_line"))
      }
    }
    val again = triage(out, Seq(log(places :+ wide: _*)), "--unit-tokens", "200")
    assert(again.out.contains("Rows       0:"), again.out)
  }

  test("several logs come back each by its name, where the user says") {
    val (out, target) = (folder("triage").resolve("tables"), folder("logs").resolve("new"))
    val logs = Seq("one.sarif", "two.sarif").zip(Seq(6, 11)).map { case (name, line) =>
      Logs.write(Logs.text(Logs.run(Seq(sql(line)), rules)), name)
    }
    val outcome = triage(out, logs, "--sarif-out", target.toString)
    assert(outcome.code === ExitCode.OK, outcome.err)
    assert(entries(target) === Set("triage-one.sarif", "triage-two.sarif"))
    for ((name, line) <- Seq("one" -> 6, "two" -> 11)) {
      val Seq(result) = results(target.resolve(s"triage-$name.sarif"))
      assert(own(result, "line").asInt === line)
    }
  }

  test("where nothing can be judged no model is loaded, and tables and log are there") {
    val out = folder("triage").resolve("tables")
    val outcome = triage(out, Seq(log(Logs.result("sqli", Logs.at("../x.java", 1)))))
    assert(outcome.code === ExitCode.OK, outcome.err)
    assert(outcome.out.contains("1 findings: 0 kept, 0 proposed to be suppressed, 1 not judged"))
    assert(outcome.out.contains("lies outside of the source folder"))
    withTables(out) { table =>
      for (name <- Seq("reviews", "findings")) assert(table(name).count() === 0)
      assert(table("runs").count() === 1)
    }
    assert(results(out.resolve("triage.sarif")).size === 1)
  }

  test("a file that is not reviewed leaves its findings unjudged, with the reason") {
    val out = folder("triage").resolve("tables")
    Files.createDirectories(Path.of(source).resolve("node_modules"))
    Files.writeString(Path.of(source).resolve("node_modules/a.js"), "run(a)\n")
    val outcome = triage(out, Seq(log(Logs.result("sqli", Logs.at("node_modules/a.js", 1)))))
    assert(outcome.code === ExitCode.OK && outcome.out.contains("Its file was skipped: vendored"))
  }

  for (
    (what, log, arguments, expected) <- Seq[(String, () => Path, Seq[String], String)](
      ("a log that is no JSON", () => Logs.write("{"), Nil, "it is no JSON"),
      ("another version", () => Logs.write("""{"version":"2.0.0"}"""), Nil, "2.0.0"),
      ("a log that is not there", () => Path.of("/no/log.sarif"), Nil, "/no/log.sarif"),
      ("an open question", () => log(sql(6)), Seq("--review", "open"), "--review open"),
      ("some checks", () => log(sql(6)), Seq("--only-checks", "weak-hash"), "--only-checks"),
      ("an odd confidence", () => log(sql(6)), Seq("--min-confidence", "2"), "'2' is no confidence")
    )
  ) test(s"$what is one clear error, exit code 2, and nothing is written") {
    val out = folder("refused").resolve("t")
    val outcome = triage(out, Seq(log()), arguments: _*)
    assert(outcome.code === ExitCode.USAGE, outcome.err)
    assert(outcome.err.contains(expected) && !outcome.err.contains("\tat "), outcome.err)
    assert(!Files.exists(out))
  }

  test("a source that is no folder, and a log that would be replaced, are refused") {
    val input = log(sql(6))
    val out = folder("refused").resolve("t").toString
    val nowhere = audit("triage", "/no/source", "--sarif", input.toString, "--out", out)
    assert(nowhere.code === ExitCode.USAGE && nowhere.err.contains("/no/source"))
    val before = Files.readString(input)
    val replaced = triage(Path.of(out), Seq(input), "--sarif-out", input.toString)
    assert(replaced.code === ExitCode.USAGE && replaced.err.contains("never replaced"))
    assert(Files.readString(input) === before)
  }
}
