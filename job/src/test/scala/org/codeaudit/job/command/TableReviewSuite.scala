package org.codeaudit.job.command
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

import com.fasterxml.jackson.databind.ObjectMapper
import org.apache.spark.sql.SparkSession

import org.codeaudit.change.UnifiedDiffParser

/** `audit review --table`, from a table of patches or files to findings. */
class TableReviewSuite extends CommandSuite {
  private lazy val table: Path = {
    val path = folder("input").resolve("changes")
    val patch = Files.readString(samples.resolve("c-ring-peek.patch"))
    val spark = SparkSession
      .builder()
      .master("local[1]")
      .config("spark.ui.enabled", "false")
      .config("spark.driver.host", "127.0.0.1")
      .getOrCreate()
    try
      spark
        .createDataFrame(
          Seq(
            ("p1", true, patch, "a.py", "def half(n):\n  return n / 0\n"),
            ("p1", true, patch, "a.py", "def half(n):\n  return n / 0\n"),
            ("p2", false, patch, "b.py", "print(1)\n")
          )
        )
        .toDF("id", "open", "patch", "file", "source")
        .write
        .parquet(path.toString)
    finally spark.stop()
    path
  }

  private def review(out: Path, more: String*): Outcome = audit(
    Seq("review", "--out", out.toString, "--model", golden("llama-tiny"), "--quiet") ++
      Seq("--prompt", shortPrompt, "--max-new-tokens", "40") ++ more: _*
  )

  test("patches of a table are reviewed, equal rows once and only those asked for") {
    val out = folder("review").resolve("tables")
    val outcome =
      review(out, "--table", table.toString, "--diff-column", "patch", "--where", "open")
    assert(outcome.code === ExitCode.OK, outcome.err)
    withTables(out) { read =>
      val rows = read("reviews").collect()
      assert(rows.map(_.getAs[String]("repository")).toSet === Set("p1"))
      assert(rows.map(_.getAs[String]("row_key")).distinct.length === rows.length)
      assert(rows.forall(_.getAs[String]("path").endsWith(".c")))
      val settings = read("runs").first().getAs[String]("settings")
      assert(settings.contains("\"--where\":\"open\"") && settings.contains("--diff-column"))
    }
  }

  test("files of a table are reviewed") {
    val out = folder("review").resolve("tables")
    val columns = Seq("--content-column", "source", "--path-column", "file")
    val outcome = review(out, Seq("--table", table.toString) ++ columns: _*)
    assert(outcome.code === ExitCode.OK, outcome.err)
    withTables(out) { read =>
      val rows = read("reviews").collect()
      assert(rows.map(_.getAs[String]("path")).sorted === Seq("a.py", "b.py"))
      assert(rows.map(_.getAs[String]("repository")).sorted === Seq("p1", "p2"))
      assert(rows.forall(_.getAs[String]("change_kind") === "file"))
    }
  }

  test("the files of a pull request, as a code host's API lists them, are reviewed") {
    val patch = Files.readString(samples.resolve("c-ring-peek.patch"))
    val file = UnifiedDiffParser.parse(patch, "sample").get(0)
    val entry = Map("sha" -> "1f", "filename" -> file.path, "patch" -> file.diff.stripLineEnd)
    val listed =
      this.file("files[1].json", new ObjectMapper().writeValueAsString(entry.asJava)).toString
    val out = folder("review").resolve("tables")
    val columns = Seq("--diff-column", "patch", "--path-column", "filename", "--key-column", "sha")
    val outcome = review(out, Seq("--table", listed, "--table-format", "json") ++ columns: _*)
    assert(outcome.code === ExitCode.OK, outcome.err)
    withTables(out) { read =>
      val rows = read("reviews").collect()
      assert(rows.nonEmpty && rows.forall(_.getAs[String]("path") === file.path))
      assert(rows.forall(_.getAs[String]("repository") === "1f"))
    }
  }

  for (
    (what, arguments, expected) <- Seq[(String, Seq[String], String)](
      ("nothing to review", Nil, "neither a SOURCE nor --repositories nor --table"),
      ("a table and a source", Seq("src", "--table", "t", "--diff-column", "p"), "be combined"),
      ("a table without a column", Seq("--table", "t"), "Add --diff-column"),
      (
        "both kinds of columns",
        Seq("--table", "t", "--diff-column", "p", "--content-column", "c"),
        "mutually exclusive"
      ),
      ("a column without a table", Seq("src", "--diff-column", "p"), "Add --table"),
      (
        "commits of a table",
        Seq("--table", "t", "--diff-column", "p", "--commits", "3"),
        "--where selects rows"
      ),
      ("a table that is not there", Seq("--table", "/no/t", "--diff-column", "p"), "/no/t")
    )
  ) test(s"$what is one clear error, exit code 2, and nothing is written") {
    val out = folder("refused").resolve("t")
    val outcome = review(out, arguments: _*)
    assert(outcome.code === ExitCode.USAGE, outcome.err)
    assert(outcome.err.contains(expected), outcome.err)
    assert(!outcome.err.contains("\tat "), "a stack trace is no error message")
    assert(!Files.exists(out.resolve("reviews")))
  }
}
