package org.codeaudit.job.command

import java.io.ByteArrayInputStream
import java.nio.file.{Files, Path}
import java.util.regex.Pattern

import scala.jdk.CollectionConverters._

import com.fasterxml.jackson.databind.ObjectMapper
import org.apache.spark.sql.Row
import org.codeaudit.job.source.TestRepository

import org.codeaudit.change.UnifiedDiffParser
import org.codeaudit.finding.{Category, Severity}

class ReviewCommandSuite extends CommandSuite {
  private def review(out: Path, model: String, more: String*): Outcome =
    briefly(out, model, 120, more: _*)

  private def briefly(out: Path, model: String, tokens: Int, more: String*): Outcome = audit(
    Seq("review", samples.toString, "--model", golden(model), "--out", out.toString) ++
      Seq("--prompt", shortPrompt, "--max-new-tokens", s"$tokens", "--unit-tokens", "400") ++
      more: _*
  )

  private def listsFindings(outcome: Outcome): Boolean =
    outcome.out.linesIterator.exists(line => line == "Findings" || line.startsWith("No findings"))

  /** The lines of the samples by path, side and number. */
  private lazy val lines: Map[(String, String, Int), String] = {
    val found = for {
      name <- entries(samples).toSeq if name.endsWith(".patch")
      file <- UnifiedDiffParser.parse(Files.readString(samples.resolve(name)), name).asScala
      line <- file.hunks.asScala.flatMap(_.lines.asScala)
      (side, number) <- Seq("old" -> line.oldNumber, "new" -> line.newNumber) if number > 0
    } yield (file.path, side, number) -> line.text
    assert(found.size === found.toMap.size)
    found.toMap
  }

  for (
    (model, arithmetic, column) <- Seq(
      ("llama-tiny", "exact", "exact"),
      ("qwen2-tiny", "rounded", "bf16"),
      ("qwen3-tiny", "exact", "exact")
    )
  ) {
    test(
      s"$model in $arithmetic bf16 reviews the samples: every row once, and what they hold agrees"
    ) {
      val out = folder("review").resolve("tables")
      val how = Seq("--precision", "bf16", "--arithmetic", arithmetic)
      val outcome = review(out, model, how ++ Seq("--max-findings", "2"): _*)
      assert(outcome.code === ExitCode.OK, outcome.err)
      assert(outcome.out.contains("Tables     " + out))
      assert(listsFindings(outcome), outcome.out)
      assert(entries(out) === Set("_audit", "reviews", "findings", "coverage", "states", "runs"))
      withTables(out) { table =>
        val reviews = table("reviews").collect()
        assert(reviews.map(_.getAs[String]("row_key")).distinct.length === reviews.length)
        assert(reviews.map(_.getAs[String]("path")).distinct.length >= 10)
        reviews.foreach(checkReview)
        val findings = table("findings").collect()
        assert(findings.length === reviews.map(findingsOf(_).length).sum)
        val asked = reviews.filter(_.getAs[String]("model_id") != null)
        for (row <- asked ++ findings) assert(row.getAs[String]("arithmetic") === column)
        val run = table("runs").collect()
        assert(run.length === 1)
        assert(run.head.getAs[String]("arithmetic") === column)
        assert(run.head.getAs[Long]("rows") === reviews.length)
        assert(run.head.getAs[Long]("failed") === 0)
        assert(run.head.getAs[Long]("generated_tokens") > 0)
      }
    }
  }

  private def findingsOf(review: Row): Seq[Row] =
    Option(review.getAs[collection.Seq[Row]]("findings")).fold(Seq.empty[Row])(_.toSeq)

  private def checkReview(row: Row): Unit = row.getAs[String]("status") match {
    case "skipped" =>
      assert(row.getAs[String]("skip_reason") != null)
      assert(row.getAs[Any]("total_ns") == null && row.getAs[Any]("model_id") == null)
    case status =>
      assert(Set("ok", "truncated").contains(status))
      assert(row.getAs[Int]("prompt_tokens") > 0)
      assert(row.getAs[Long]("total_ns") >= row.getAs[Long]("first_token_ns"))
      assert(row.getAs[Int]("generated_tokens") >= row.getAs[Int]("forced_tokens"))
      if (status == "ok") {
        val answer = new ObjectMapper().readTree(row.getAs[String]("text"))
        assert(answer.get("findings").size >= findingsOf(row).length)
      }
  }

  private def checkFinding(row: Row): Unit = {
    val place =
      (row.getAs[String]("path"), row.getAs[String]("side"), row.getAs[Int]("line_start"))
    // Only what was redacted may be something else than the line has.
    val quoted = row.getAs[String]("quote").split("\\[redacted:[a-z-]+\\]", -1).map(Pattern.quote)
    assert(
      lines(place).strip.matches(quoted.mkString(".+")),
      s"$place: ${row.getAs[String]("quote")}"
    )
    assert(Set("exact", "ambiguous").contains(row.getAs[String]("anchor_status")))
    assert(row.getAs[Int]("line_end") === row.getAs[Int]("line_start"))
    assert(Category.of(row.getAs[String]("category")).isPresent)
    assert(Severity.of(row.getAs[String]("severity")).isPresent)
    val confidence = row.getAs[Double]("confidence")
    assert(confidence > 0 && confidence <= 1)
  }

  test("the same code gives the same answers, whatever the batch") {
    val answers = Seq("1", "7").map { batch =>
      val out = folder("review").resolve("tables")
      assert(review(out, "qwen3-tiny", "--precision", "f32", "--batch", batch).code === ExitCode.OK)
      withTables(out) {
        _("reviews").collect().map(r => r.getAs[String]("row_key") -> r.getAs[String]("text")).toMap
      }
    }
    assert(answers.head === answers.last)
    assert(answers.head.values.exists(_ != null))
  }

  test("rows that are there are not asked again unless the user says so") {
    val out = folder("review").resolve("tables")
    def run(more: String*) = briefly(out, "llama-tiny", 30, "--quiet" +: more: _*)
    val quiet = run()
    assert(quiet.code === ExitCode.OK)
    assert(!listsFindings(quiet) && quiet.out.contains("Rows "), quiet.out)
    val count = withTables(out)(_("reviews").count())

    val again = run()
    assert(again.code === ExitCode.OK)
    assert(again.out.contains(s"Earlier    10 inputs were answered by earlier runs"), again.out)
    assert(again.out.contains("Rows       0:"))
    withTables(out) { table =>
      assert(table("reviews").count() === count)
      val runs = table("runs").orderBy("started_at").select("rows", "reused_inputs").collect()
      assert(runs.map(r => (r.getLong(0), r.getLong(1))).toSeq === Seq((count, 0), (0, 10)))
    }

    assert(run("--max-findings", "1").code === ExitCode.OK) // another question: other keys
    withTables(out)(table => assert(table("reviews").count() === 2 * count))

    assert(run("--existing", "append").code === ExitCode.OK)
    withTables(out) { table =>
      val latest = table("reviews").groupBy("attempt").count().collect()
      assert(latest.map(r => r.getInt(0) -> r.getLong(1)).toMap === Map(1 -> 2 * count, 2 -> count))
      assert(table("reviews").select("row_key").distinct().count() === 2 * count)
    }

    val refused = run("--existing", "fail")
    assert(refused.code === ExitCode.USAGE)
    assert(refused.err.contains("holds a table 'reviews' already"))

    assert(run("--existing", "overwrite").code === ExitCode.OK)
    withTables(out)(table => assert(table("reviews").count() === count))
    assert(entries(out) === Set("_audit", "reviews", "findings", "coverage", "states", "runs"))
  }

  /** A review that is long enough for a random model to come to the end of a finding. */
  private def longReview(out: Path, more: String*) = audit(
    Seq("review", samples.toString, "--model", golden("qwen3-tiny"), "--out", out.toString) ++
      Seq("--prompt", shortPrompt, "--max-new-tokens", "400", "--unit-tokens", "300") ++
      Seq("--max-findings", "1", "--wave", "1", "--quiet") ++ more: _*
  )

  /** The tables of such a review, and the findings it made. */
  private lazy val (reviewed, found) = {
    val out = folder("review").resolve("tables[1]{a}") // no pattern, but a name
    assert(longReview(out).code === ExitCode.OK)
    (out, withTables(out)(_("findings").collect().toSeq))
  }

  test("findings are about lines of the code under review, at the places they name") {
    assert(found.map(_.getAs[String]("path")).distinct.size > 2)
    found.foreach(checkFinding)
  }

  test("compacting keeps the latest attempt of each row in few files; expiring drops old rows") {
    val out = reviewed
    def run(more: String*) = longReview(out, more: _*)
    assert(run("--existing", "append").code === ExitCode.OK)
    def contents() = withTables(out) { table =>
      val latest = table("reviews").where("attempt = 2")
      val findings = table("findings").where("attempt = 2").select("finding_id")
      (
        table("reviews").count(),
        latest.select("row_key").collect().map(_.getString(0)).toSet,
        findings.collect().map(_.getString(0)).toSet
      )
    }
    val (rows, keys, findings) = contents()
    assert(rows === 2 * keys.size && findings.nonEmpty)
    val compacted = audit("compact", out.toString)
    assert(compacted.code === ExitCode.OK, compacted.err)
    assert(compacted.out.contains(s"reviews      ${keys.size} rows of $rows are kept, in 1 files"))
    assert(contents() === ((keys.size, keys, findings)))
    assert(run().out.contains("Earlier    10 inputs")) // a later run still knows them

    assert(audit("compact", out.toString, "--expire", "1").code === ExitCode.OK)
    assert(contents()._2 === keys)
    assert(audit("compact", out.toString, "--expire", "0").code === ExitCode.OK)
    assert(contents() === ((0, Set.empty, Set.empty)))

    val nothing = audit("compact", folder("empty").toString)
    assert(nothing.code === ExitCode.USAGE && nothing.err.contains("nothing to compact"))
  }

  test("whole files of a repository can be reviewed") {
    val repository = new TestRepository(folder("repository"))
    repository.write("src/A.java", "class A {\n  int half(int n) {\n    return n / 0;\n  }\n}\n")
    repository.write("package-lock.json", "{}\n").write("logo.png", "\u0000\u0001\u0002")
    repository.commit("one")
    val out = folder("review").resolve("tables")
    val outcome = audit(
      Seq("review", repository.folder.toString, "--mode", "file", "--out", out.toString) ++
        Seq("--model", golden("qwen2-tiny"), "--prompt", shortPrompt, "--max-new-tokens", "60"): _*
    )
    assert(outcome.code === ExitCode.OK, outcome.err)
    withTables(out) { table =>
      val rows = table("reviews").collect().map(r => r.getAs[String]("path") -> r).toMap
      assert(rows.keySet === Set("src/A.java", "package-lock.json", "logo.png"))
      assert(rows("src/A.java").getAs[Int]("end_line") === 5)
      assert(rows("package-lock.json").getAs[String]("status") === "skipped")
      assert(rows("logo.png").getAs[String]("skip_reason").contains("binary"))
    }
  }

  test("a patch that is cut gives a failed row, exit code 1, and harms no other") {
    val good = Files.readString(samples.resolve("c-ring-peek.patch"))
    val bad = Files.readString(samples.resolve("python-attachments.patch"))
    val patches = folder("patches")
    Files.writeString(patches.resolve("good.patch"), good)
    Files.writeString(patches.resolve("cut.patch"), bad.substring(0, bad.length * 2 / 3))
    val out = folder("review").resolve("tables")
    val outcome = audit(
      Seq("review", patches.toString, "--out", out.toString, "--model", golden("llama-tiny")) ++
        Seq("--prompt", shortPrompt, "--max-new-tokens", "40"): _*
    )
    assert(outcome.code === ExitCode.ROWS_FAILED, outcome.err)
    assert(outcome.out.contains("Failed"))
    withTables(out) { table =>
      val byStatus = table("reviews").collect().groupBy(_.getAs[String]("status"))
      assert(byStatus("failed").forall(_.getAs[String]("error_message").contains("cut.patch")))
      assert(byStatus.keySet.exists(Set("ok", "truncated").contains))
    }
  }

  test("a patch on standard input is reviewed") {
    val patch = Files.readAllBytes(samples.resolve("c-ring-peek.patch"))
    val out = folder("review").resolve("tables")
    val before = System.in
    System.setIn(new ByteArrayInputStream(patch))
    val outcome =
      try
        audit(
          Seq("review", "-", "--out", out.toString, "--model", golden("llama-tiny")) ++
            Seq("--prompt", shortPrompt, "--max-new-tokens", "40", "--quiet"): _*
        )
      finally System.setIn(before)
    assert(outcome.code === ExitCode.OK, outcome.err)
    withTables(out) { table =>
      val rows = table("reviews").collect()
      assert(rows.exists(row => Set("ok", "truncated")(row.getAs[String]("status"))))
      assert(rows.forall(_.getAs[String]("repository") === "stdin"))
    }
  }

  private lazy val emptyRepository = new TestRepository(folder("empty")).folder.toString
  private lazy val repository = {
    val made = new TestRepository(folder("one"))
    made.write("a.py", "print(1)\n")
    made.commit("one")
    made.folder.toString
  }
  private lazy val withoutTokenizer = {
    val copy = folder("no-tokenizer")
    for (name <- Seq("config.json", "model.safetensors"))
      Files.copy(Path.of(golden("llama-tiny")).resolve(name), copy.resolve(name))
    copy.toString
  }

  for (
    (what, arguments, expected) <- Seq[(String, () => Seq[String], String)](
      ("no repository", () => Seq(folder("plain").toString), "There is no git repository at "),
      ("a path that does not exist", () => Seq("/no/such/place"), "/no/such/place"),
      ("an empty repository", () => Seq(emptyRepository), "no commits"),
      ("an unknown range", () => Seq(repository, "--range", "nowhere..HEAD"), "nowhere"),
      ("no upstream", () => Seq(repository, "--range", "@{u}.."), "`main` has no upstream"),
      (
        "an unknown option of the source",
        () => Seq(repository, "--source-option", "x=1"),
        "option `x` is unknown"
      ),
      (
        "range and commits together",
        () => Seq(repository, "--range", "a..b", "--commits", "1"),
        "--range=A..B, --commits=N are mutually exclusive"
      ),
      (
        "a number of commits that is none",
        () => Seq(repository, "--commits", "few"),
        "option `commits` is `few`"
      ),
      (
        "no model",
        () => Seq(repository, "--model", "/no/such/model"),
        "/no/such/model does not exist"
      ),
      (
        "a model without a tokenizer",
        () => Seq(repository, "--model", withoutTokenizer),
        "tokenizer.json cannot be used"
      ),
      ("an unknown precision", () => Seq(repository, "--precision", "int3"), "int3"),
      ("a batch of none", () => Seq(repository, "--batch", "0"), "--batch must be at least 1"),
      (
        "more threads than any machine has",
        () => Seq(repository, "--threads", "99999"),
        "--threads 99999"
      ),
      ("no new tokens", () => Seq(repository, "--max-new-tokens", "0"), "--max-new-tokens 0"),
      ("units too small for code", () => Seq(repository, "--unit-tokens", "0"), "--unit-tokens 0"),
      ("no findings at all", () => Seq(repository, "--max-findings", "0"), "--max-findings 0"),
      ("an output that is no path", () => Seq(repository, "--out", "a:b"), "output folder a:b"),
      (
        "a prompt that does not exist",
        () => Seq(repository, "--prompt", "nothing"),
        "template nothing"
      ),
      (
        "an output that is a file",
        () => Seq(repository, "--out", file("x", "").toString),
        "output folder"
      )
    )
  ) test(s"$what is one clear error, exit code 2, and nothing is written") {
    val out = folder("refused")
    val wrong = arguments()
    val defaults = Seq("--model" -> golden("llama-tiny"), "--out" -> out.resolve("t").toString)
    val more = defaults.filterNot { case (name, _) => wrong.contains(name) }
    val outcome = audit("review" +: (wrong ++ more.flatMap { case (n, v) => Seq(n, v) }): _*)
    assert(outcome.code === ExitCode.USAGE, outcome.err)
    assert(outcome.err.contains(expected))
    assert(!outcome.err.contains("\tat "), "a stack trace is no error message")
    assert(!Files.exists(out.resolve("t/reviews")))
  }
}
