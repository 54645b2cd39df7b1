package org.codeaudit.job.command

import java.nio.file.{Files, Path}

import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import org.codeaudit.job.source.TestRepository
import org.jsoup.Jsoup

import scala.jdk.CollectionConverters._

/** What people have decided, from a repository to the tables and the reports made of them. */
class RulesCommandSuite extends CommandSuite {
  override protected def reviewsOpenly: Boolean = false

  private val code = Seq(
    "class Users {",
    "  List<User> find(Connection c, String name) throws SQLException {",
    "    return read(c.createStatement().executeQuery(\"select * from users where name = '\"",
    "        + name + \"'\"));",
    "  }",
    "}"
  )

  private def lines(remark: String = ""): String = code.map(_ + remark).mkString("", "\n", "\n")

  private lazy val repository: TestRepository = {
    val made = new TestRepository(folder("code").resolve("app"))
    made.write(
      ".codeaudit.yaml",
      """exclude: [gen/]
        |ignore:
        |- paths: [lib/]
        |  reason: is replaced in spring
        |  status: wont-fix
        |  by: Ada
        |  expires: 2999-12-31
        |- paths: [old/]
        |  reason: was replaced in spring
        |  expires: 2020-12-31
        |""".stripMargin
    )
    made.write("gen/Users.java", lines()).write("lib/Users.java", lines())
    made.write("old/Users.java", lines()).write("src/Users.java", lines())
    made.write("said/Users.java", lines(" // codeaudit:ignore * names are constants"))
    made.write("unsaid/Users.java", lines(" // codeaudit:ignore *"))
    made.commit("one")
    made
  }

  private def review(out: Path, more: String*): Outcome = audit(
    Seq("review", repository.folder.toString, "--mode", "file", "--model", longModel) ++
      Seq("--precision", "f32", "--follow-up", "4", "--explain-from", "1") ++
      Seq("--min-confidence", "0", "--out", out.toString) ++ more: _*
  )

  /** One run; what is found is what random weights say. */
  private lazy val reviewed: (Path, Outcome) = {
    val out = folder("reviewed").resolve("tables")
    val outcome = review(out)
    assert(outcome.code === ExitCode.OK, outcome.err)
    (out, outcome)
  }

  /** Of each folder of the repository, what its findings say. */
  private def decisions(out: Path, columns: String*): Map[String, Set[Seq[Any]]] =
    withTables(out) { table =>
      table("findings")
        .select("path", columns: _*)
        .collect()
        .groupBy(_.getString(0).takeWhile(_ != '/'))
        .map { case (name, rows) => name -> rows.map(_.toSeq.tail).toSet }
    }

  private def log(more: String*): Seq[JsonNode] = {
    val file = folder("log").resolve("app.sarif")
    val outcome = audit(
      Seq("report", reviewed._1.toString, "--sarif", file.toString, "--min-confidence", "0") ++
        more: _*
    )
    assert(outcome.code === ExitCode.OK, outcome.err)
    new ObjectMapper().readTree(file.toFile).at("/runs/0/results").asScala.toSeq
  }

  /** Of each folder, the suppressions of its results. */
  private def suppressions(results: Seq[JsonNode]): Map[String, Set[String]] =
    results
      .groupBy(
        _.at("/locations/0/physicalLocation/artifactLocation/uri").asText.takeWhile(_ != '/')
      )
      .map { case (name, own) => name -> own.map(_.path("suppressions").toString).toSet }

  test("findings say who has decided about them, and none is missing") {
    val (out, outcome) = reviewed
    val found = decisions(
      out,
      "suppressed",
      "suppressed_by",
      "suppression_reason",
      "suppression_expires",
      "suppression_decided_by",
      "suppression_note"
    ) - ".codeaudit.yaml"
    assert(
      found === Map(
        "lib" -> Set(
          Seq("wont-fix", "rules", "is replaced in spring", "2999-12-31", "Ada", null)
        ),
        "old" -> Set(
          Seq(null, null, null, null, null) :+
            "no longer accepted: that expired on 2020-12-31 (was replaced in spring)"
        ),
        "src" -> Set(Seq(null, null, null, null, null, null)),
        "said" -> Set(Seq("accepted", "inline", "names are constants", null, null, null)),
        "unsaid" -> Set(Seq(null, null, null, null, null, "ignored without a reason"))
      )
    )
    assert(outcome.out.contains("Suppressed and not shown: "), outcome.out)
    assert(outcome.out.contains("by remarks in the code"), outcome.out)
    for (path <- Seq("lib/Users.java", "said/Users.java", "gen/Users.java"))
      assert(!outcome.out.contains(s" $path"), outcome.out)
    withTables(out) { table =>
      val reviews = table("reviews")
      val skipped = reviews.where("path = 'gen/Users.java'").head()
      assert(skipped.getAs[String]("skip_reason") === "excluded by .codeaudit.yaml")
      val nested = reviews.selectExpr("explode(findings) AS f").where("f.suppressed IS NOT NULL")
      assert(nested.count() === table("findings").where("suppressed IS NOT NULL").count())
    }
  }

  test("reports show suppressed findings as suppressed") {
    val said = """[{"kind":"inSource","status":"accepted",""" +
      """"justification":"names are constants","properties":{"decision":"accepted"}}]"""
    val found = suppressions(log())
    assert(found("said") === Set(said))
    assert(found("lib").head.contains("\"external\"") && found("lib").size === 1)
    for (name <- Seq("old", "src", "unsaid")) assert(found(name) === Set("[]"), name)
    val file = folder("page").resolve("all.html")
    val outcome = audit(
      Seq("report", reviewed._1.toString, "--html", file.toString, "--min-confidence", "0"): _*
    )
    assert(outcome.code === ExitCode.OK && outcome.out.contains(" of them suppressed"), outcome.err)
    val page = Jsoup.parse(file.toFile)
    assert(page.select("article[data-suppressed=yes]").size === log().count { result =>
      !result.path("suppressions").isEmpty
    })
  }

  test("rules given to a report decide about findings of earlier runs") {
    val rules = file("later.yaml", "ignore: [{paths: [src/, said/], reason: later}]").toString
    val found = suppressions(log("--rules", rules))
    assert(found("src").head.contains("\"justification\":\"later\"") && found("src").size === 1)
    assert(found("said").forall(_.contains("names are constants")), "remarks come first")
    assert(found("old") === Set("[]"))
  }

  test("suppressed findings do not shut the gate, and no comment is about one") {
    val place = folder("request")
    val comments = place.resolve("comments.json")
    val summary = place.resolve("summary.md")
    def report(more: String*) = audit(
      Seq("report", reviewed._1.toString, "--fail-on", "info", "--min-confidence", "0") ++
        Seq("--comments", comments.toString, "--markdown", summary.toString) ++ more: _*
    )
    assert(report().code === ExitCode.GATE_SHUT)
    val commented = new ObjectMapper().readTree(comments.toFile).asScala.map(_.path("path").asText)
    assert(
      commented.toSet -- Set(".codeaudit.yaml") === Set("old", "src", "unsaid").map(
        _ + "/Users.java"
      )
    )
    assert(Files.readString(summary).contains(" by remarks in the code."))
    val all = file("all.yaml", "ignore: [{paths: \"**\", reason: all of it}]").toString
    val open = report("--rules", all)
    assert(open.code === ExitCode.OK, open.out)
    val reviewing = review(reviewed._1, "--rules", all, "--fail-on", "info", "--quiet")
    assert(reviewing.code === ExitCode.OK, reviewing.out)
    assert(reviewing.out.contains("Rows       0:"), reviewing.out)
  }

  test("rules that change ask nothing again; those of a run count for all repositories") {
    val out = folder("ruled").resolve("tables")
    val rules = file("all.yaml", "exclude: [old/]\nignore: [{paths: src/, reason: all of it}]")
    assert(review(out, "--rules", rules.toString, "--quiet").code === ExitCode.OK)
    val found = decisions(out, "suppressed_by", "suppression_reason")
    assert(found("src") === Set(Seq("rules", "all of it")))
    assert(found("lib") === Set(Seq("rules", "is replaced in spring")) && !found.contains("old"))
    withTables(out) { table =>
      val skipped = table("reviews").where("path = 'old/Users.java'").head()
      assert(skipped.getAs[String]("skip_reason") === "excluded by --rules")
    }
    val changed = file("all.yaml", "exclude: [old/]\nignore: [{paths: src/, reason: other}]")
    val again = review(out, "--rules", changed.toString, "--quiet")
    assert(again.code === ExitCode.OK, again.err)
    assert(again.out.contains("Rows       0:"), again.out)
    // What was found then is decided about by the rules of now, without a new row of findings.
    val lifted = file("all.yaml", "ignore: [{paths: unsaid/, reason: lately}]")
    val third = review(out, "--rules", lifted.toString)
    assert(third.code === ExitCode.OK, third.err)
    val states = withTables(out) { table =>
      val last = table("states").selectExpr("max(run_id)").head().getString(0)
      val rows = table("states").where(s"run_id = '$last' AND state = 'existing'")
      rows
        .select("path", "suppressed_by")
        .collect()
        .groupBy(_.getString(0).takeWhile(_ != '/'))
        .map { case (name, own) => name -> own.map(_.getString(1)).toSet }
    }
    assert(states("unsaid") === Set("rules") && states("said") === Set("inline"), states)
    assert(!third.out.contains(" unsaid/Users.java"), third.out)
  }

  test("rules that cannot be used are refused before anything starts") {
    val wrong = file("wrong.yaml", "exclude: [a]\nignores: []\n").toString
    val refusals = Seq(
      wrong -> "line 2: unknown key ignores (did you mean ignore?)",
      folder("none").resolve("no.yaml").toString -> "cannot be read"
    )
    for ((rules, words) <- refusals) {
      val out = folder("refused").resolve("tables")
      val commands = Seq(
        Seq("review", repository.folder.toString, "--model", longModel, "--out", out.toString),
        Seq("plan", repository.folder.toString, "--model", longModel),
        Seq("report", out.toString, "--sarif", "a.sarif")
      )
      for (command <- commands) {
        val outcome = audit(command ++ Seq("--rules", rules): _*)
        assert(outcome.code === ExitCode.USAGE, outcome.out)
        assert(outcome.err.contains(words), outcome.err)
      }
      assert(!out.toFile.exists)
    }
  }

  test("a repository whose rules are broken is reviewed, and one row says what is wrong") {
    val made = new TestRepository(folder("code").resolve("broken"))
    made.write(".codeaudit.yaml", "exclude: !!java.io.File [/etc/passwd]\n")
    made.write("src/Users.java", lines()).commit("one")
    val out = folder("broken").resolve("tables")
    val outcome = audit(
      Seq("review", made.folder.toString, "--mode", "file", "--model", longModel, "--quiet") ++
        Seq("--precision", "f32", "--out", out.toString): _*
    )
    assert(outcome.code === ExitCode.ROWS_FAILED, outcome.err)
    assert(outcome.out.contains("Failed     1 RULES_INVALID"), outcome.out)
    withTables(out) { table =>
      val reviews = table("reviews")
      val failed = reviews.where("status = 'failed'").collect()
      assert(failed.map(_.getAs[String]("path")).toSeq === Seq(".codeaudit.yaml"))
      assert(failed.head.getAs[String]("error_message").contains("tags are not supported"))
      assert(reviews.where("path = 'src/Users.java' AND status = 'ok'").count() === 1)
    }
  }
}
