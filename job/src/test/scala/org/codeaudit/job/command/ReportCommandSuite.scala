package org.codeaudit.job.command

import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

import com.fasterxml.jackson.databind.ObjectMapper
import org.codeaudit.job.sarif.SarifLog
import org.codeaudit.job.source.TestRepository
import org.jsoup.Jsoup

class ReportCommandSuite extends CommandSuite {
  override protected def reviewsOpenly: Boolean = false

  private def repository(name: String): String = {
    val made = new TestRepository(folder("code").resolve(name))
    val code = Seq(
      "class Users {",
      "  List<User> find(Connection c, String name) throws SQLException {",
      "    return read(c.createStatement().executeQuery(\"select * from users where name = '\"",
      "        + name + \"'\"));",
      "  }",
      "}"
    )
    made.write("src/Users.java", code.mkString("", "\n", "\n")).write("Empty.java", "// nothing\n")
    made.commit("one")
    made.folder.toString
  }

  /** Two repositories. What is found there is what random weights say. */
  private lazy val reviewed: Path = {
    val out = folder("reviewed").resolve("tables")
    for (source <- Seq(repository("app"), repository("web"))) {
      val outcome = audit(
        Seq("review", source, "--mode", "file", "--model", longModel, "--precision", "f32") ++
          Seq("--follow-up", "4", "--explain-from", "1", "--out", out.toString, "--quiet"): _*
      )
      assert(outcome.code === ExitCode.OK, outcome.err)
    }
    out
  }

  /** Findings by repository. */
  private lazy val found: Map[String, Long] = withTables(reviewed) { table =>
    val rows = table("findings").select("repository", "fingerprint").distinct().collect()
    rows.groupBy(_.getString(0)).map { case (name, own) => name -> own.length.toLong }
  }

  private def results(log: Path): Seq[SarifLog.Entry] = SarifLog.read(log).entries.asScala.toSeq

  private def report(more: String*): Outcome =
    audit(Seq("report", reviewed.toString) ++ more: _*)

  test("what was found in a repository is written as a log, and again without asking anything") {
    assert(found.size === 2 && found.values.forall(_ > 0), "logs of nothing would show nothing")
    val name = found.keys.head
    val log = folder("log").resolve("deep/audit.sarif")
    for (_ <- 1 to 2) {
      val outcome = report("--sarif", log.toString, "--repository", name, "--min-confidence", "0")
      assert(outcome.code === ExitCode.OK, outcome.err)
      assert(outcome.out.contains(s"${found(name)} findings  $log"), outcome.out)
      assert(results(log).size === found(name))
    }
    assert(results(log).map(_.result.get.file).toSet === Set("src/Users.java"))
    assert(results(log).forall(_.tool == "Code Audit"))
  }

  test("of a folder each repository has a file of its name") {
    val logs = folder("logs")
    val outcome = report("--sarif", logs.toString, "--min-confidence", "0")
    assert(outcome.code === ExitCode.OK, outcome.err)
    assert(entries(logs) === Set("app.sarif", "web.sarif"))
    assert(entries(logs).toSeq.map(log => results(logs.resolve(log)).size).sum === found.values.sum)
  }

  test("the same findings are a page, of all repositories or of one, also beside the logs") {
    val place = folder("page")
    val all = place.resolve("all.html")
    val log = place.resolve("logs")
    val both = report(
      Seq("--html", all.toString, "--sarif", log.toString, "--min-confidence", "0"): _*
    )
    assert(both.code === ExitCode.OK, both.err)
    assert(both.out.contains(s"${found.values.sum} findings  $all"), both.out)
    assert(entries(log) === Set("app.sarif", "web.sarif"))
    assert(entries(place) === Set("all.html", "logs"))
    val document = Jsoup.parse(all.toFile)
    assert(document.select("#list > article").size === found.values.sum)
    assert(document.select("svg.change").size === 2, "a run for each repository")
    val (name, count) = found.head
    val one = place.resolve("one.html")
    val single = Seq("--html", one.toString, "--repository", name, "--min-confidence", "0")
    assert(report(single: _*).code === ExitCode.OK)
    assert(Jsoup.parse(one.toFile).select("#list > article").size === count)
    assert(Jsoup.parse(one.toFile).title === s"Code audit of $name")
  }

  test(
    "findings that are less sure than asked for are left out, and the log is there all the same"
  ) {
    val logs = folder("sure")
    assert(report("--sarif", logs.toString, "--min-confidence", "1").code === ExitCode.OK)
    assert(entries(logs).size === 2)
    assert(entries(logs).forall(log => results(logs.resolve(log)).isEmpty))
  }

  test("a merge request's files are of one repository, and hold the same findings") {
    val (name, count) = found.head
    val place = folder("request")
    val files = Seq("code-quality", "markdown", "comments").map(o => o -> place.resolve(o).toString)
    val asked = files.flatMap { case (option, file) => Seq("--" + option, file) }
    val outcome = report(asked ++ Seq("--repository", name, "--min-confidence", "0"): _*)
    assert(outcome.code === ExitCode.OK, outcome.err)
    for (option <- Seq("code-quality", "comments"))
      assert(new ObjectMapper().readTree(place.resolve(option).toFile).size === count)
    assert(Files.readString(place.resolve("markdown")).contains(s"### Code Audit: $count finding"))
    for ((option, file) <- files) {
      val refused = report(s"--$option", file)
      assert(refused.code === ExitCode.USAGE && refused.err.contains("it holds one repository"))
    }
  }

  test("a gate that is shut has a code of its own, after everything was written") {
    val log = folder("gate").resolve("a.sarif")
    val sure = Seq("--repository", found.keys.head, "--min-confidence", "0")
    val shut = report(sure ++ Seq("--fail-on", "new:info", "--sarif", log.toString): _*)
    assert(shut.code === ExitCode.GATE_SHUT, shut.err)
    assert(shut.out.contains("The gate new:info is shut by ") && results(log).nonEmpty, shut.out)
    val open = report("--fail-on", "info", "--min-confidence", "1")
    assert(open.code === ExitCode.OK && open.out.contains("The gate info is open"), open.out)
  }

  test(
    "of a series only what the last run saw is reported, and a patch brings what it brought before"
  ) {
    def patch(name: String, values: String*): Path = file(
      name,
      s"--- /dev/null\n+++ b/Users.java\n@@ -0,0 +1,${values.size + 2} @@\n+class Users {\n" +
        values
          .map(v => s"+  List<User> find(String $v) { return read(\"from users where \" + $v); }\n")
          .mkString + "+}\n"
    )
    val (first, second) = (patch("first.patch", "name", "id"), patch("second.patch", "name"))
    val tables = folder("patched").resolve("tables").toString
    def reviewed(patch: Path, more: String*): Outcome = audit(
      Seq("review", patch.toString, "--model", longModel, "--precision", "f32", "--out", tables) ++
        Seq("--source-option", "repository=app", "--only-checks", "missing-authorization") ++
        Seq("--explain-from", "1", "--min-confidence", "0", "--fail-on", "new:high", "--quiet") ++
        more: _*
    )
    for (patch <- Seq(first, second, first)) {
      val outcome = reviewed(patch)
      assert(outcome.code === ExitCode.GATE_SHUT, outcome.err)
      assert(outcome.out.contains("Gate       The gate new:high is shut by 1 finding: high Us"))
    }
    val open = reviewed(file("nothing.patch", ""))
    assert(open.code === ExitCode.OK && open.out.contains("The gate new:high is open"), open.out)
    def reported(more: String*): Int = {
      val log = folder("patched").resolve("a.sarif")
      val all = Seq("report", tables, "--sarif", log.toString, "--min-confidence", "0") ++ more
      val outcome = audit(all: _*)
      assert(outcome.code === ExitCode.OK, outcome.err)
      results(log).size
    }
    val kinds = withTables(Path.of(tables)) { table =>
      table("findings").select("fingerprint").distinct().count()
    }
    assert(reported() === kinds && reported("--last-run") === 0)
    reviewed(first)
    assert(reported("--last-run") === 1)
  }

  test("of a last run that was cut short the report says so") {
    val cut = "has no row in the table runs: if it was cut short"
    def gate(tables: Path) =
      audit("report", tables.toString, "--last-run", "--fail-on", "high", "--min-confidence", "1")
    assert(!gate(reviewed).out.contains(cut))
    val out = folder("cut").resolve("tables")
    withTables(reviewed) { table =>
      for (name <- Seq("reviews", "findings", "coverage"))
        table(name).write.parquet(out.resolve(name).toString)
    }
    val outcome = gate(out)
    assert(outcome.code === ExitCode.OK, outcome.err)
    assert(outcome.out.contains(cut), outcome.out)
  }

  test("what cannot be reported is refused with the reason") {
    val empty = folder("empty").toString
    val nowhere = folder("nowhere").resolve("a.sarif").toString
    val cases = Seq(
      Seq("report", empty, "--sarif", nowhere) ->
        "it does not hold the tables reviews and findings",
      Seq("report", reviewed.toString, "--sarif", nowhere) -> "it holds one repository",
      Seq("report", reviewed.toString, "--sarif", nowhere, "--repository", "x") ->
        "There is no repository x",
      Seq("report", reviewed.toString, "--sarif", "a", "--min-confidence", "2") ->
        "it is from 0 to 1",
      Seq("report", reviewed.toString, "--html", folder("taken").toString) ->
        "Cannot write ",
      Seq("report", reviewed.toString) -> "Pass --sarif",
      Seq("report", reviewed.toString, "--fail-on", "hihg") -> "'hihg' is no gate"
    )
    for ((arguments, words) <- cases) {
      val outcome = audit(arguments: _*)
      assert(outcome.code === ExitCode.USAGE, outcome.out)
      assert(outcome.err.contains(words), outcome.err)
    }
    assert(entries(Path.of(empty)) === Set(), "who only reads leaves nothing behind")
  }
}
