package org.codeaudit.job.command
import java.nio.file.{Files, Path}
import org.apache.spark.sql.{Row, SparkSession}
import org.codeaudit.job.option.SizeConverter

class GenerateCommandSuite extends CommandSuite {
  private def generate(more: String*): (Outcome, Map[String, Row]) = {
    val out = folder("generate").resolve("tables")
    val outcome = audit(
      Seq("generate", "--model", golden("qwen3-tiny"), "--out", out.toString) ++
        Seq("--max-new-tokens", "24") ++ more: _*
    )
    val rows = withTables(out)(_("generations").collect())
    (outcome, rows.map(row => String.valueOf(row.getAs[String]("id")) -> row).toMap)
  }

  private lazy val prompts: Path = file(
    "prompts.jsonl",
    """{"id": "a", "prompt": "def add(a, b):"}
      |{"id": 7, "prompt": "class Stack", "system": "You write Java."}
      |{"id": "none"}
      |this is no JSON
      |{"id": "long", "prompt": "LONG"}
      |""".stripMargin.replace("LONG", "x = y + 1; " * 4000)
  )

  test("every prompt comes back once: answers, and a reason for each that has none") {
    val (outcome, rows) = generate("--prompts", prompts.toString)
    assert(outcome.code === ExitCode.ROWS_FAILED, outcome.err)
    assert(rows.keySet === Set("a", "7", "none", "long", "null"))
    for (id <- Seq("a", "7")) {
      assert(Set("ok", "truncated").contains(rows(id).getAs[String]("status")))
      assert(rows(id).getAs[String]("text") != null)
      assert(rows(id).getAs[Int]("generated_tokens") <= 24)
    }
    for (
      (id, error) <- Seq(
        "none" -> "PROMPT_MISSING",
        "null" -> "PROMPT_UNREADABLE",
        "long" -> "PROMPT_TOO_LONG"
      )
    ) {
      assert(rows(id).getAs[String]("status") === "failed")
      assert(rows(id).getAs[String]("error_class") === error)
    }
    assert(rows("long").getAs[String]("error_message").contains("1024"))
  }

  test("the same seed gives the same answers, another seed others, whatever the batch") {
    def texts(more: String*) = generate(
      Seq("--prompts", prompts.toString, "--temperature", "1.5", "--top-k", "0", "--top-p", "1") ++
        more: _*
    )._2.view.mapValues(_.getAs[String]("text")).toMap
    val first = texts("--seed", "1", "--precision", "f32")
    assert(first === texts("--seed", "1", "--batch", "1", "--precision", "f32"))
    assert(first("a") !== texts("--seed", "2", "--precision", "f32")("a"))
  }

  test("one prompt on the command line is answered and printed") {
    val (outcome, rows) = generate("--prompt", "import os", "--temperature", "0")
    assert(outcome.code === ExitCode.OK, outcome.err)
    assert(rows.size === 1)
    assert(outcome.out.contains("--- 1"))
  }

  test("a model is told to think, or not to") {
    def prompt(more: String*) =
      generate(Seq("--prompt", "import os", "--temperature", "0") ++ more: _*)._2.values.head
        .getAs[Int]("prompt_tokens")
    assert(prompt("--thinking") !== prompt())
  }

  test("prompts may be columns of a table; a column that is not there is named") {
    val table = folder("table").resolve("questions")
    val spark = SparkSession.builder().master("local[1]").getOrCreate()
    import spark.implicits._
    try
      Seq((1L, "package main"), (2L, "fn main()"))
        .toDF("number", "question")
        .write
        .parquet(table.toString)
    finally spark.stop()
    val columns = Seq("--table", table.toString, "--id-column", "number")
    val (outcome, rows) = generate(columns ++ Seq("--prompt-column", "question"): _*)
    assert(outcome.code === ExitCode.OK, outcome.err)
    assert(rows.keySet === Set("1", "2"))
    // A name that the catalog of every session has.
    val named = Seq("--table", s"parquet.`$table`", "--table-format", "table")
    val (_, same) =
      generate(named ++ Seq("--id-column", "NUMBER", "--prompt-column", "question"): _*)
    assert(same.keySet === rows.keySet)
    val out = folder("generate").resolve("tables").toString
    val refused = audit(
      Seq("generate", "--model", golden("qwen3-tiny"), "--out", out) ++ columns: _*
    )
    assert(refused.code === ExitCode.USAGE)
    assert(refused.err.contains("no column prompt") && refused.err.contains("question"))
  }

  test("a template takes its values from columns; a row without one says which") {
    val template = file("template.md", "Write {{ what }} in {{language}}.\n").toString
    val lines = file(
      "tasks.jsonl",
      """{"id": "a", "what": "{{language}}", "language": "Go"}
        |{"id": "b", "what": "a stack"}
        |{"id": "c", "what": "a queue", "language": "C", "system": "Own."}
        |""".stripMargin
    ).toString
    val csv = file("tasks.csv", "id,what,Language\na,{{language}},Go\nb,a stack,\nc,a queue,C\n")
    val pages = folder("pages")
    val filled = Seq("--template", template, "--system", "You write {{language}}.", "--markdown")
    for (
      source <- Seq(
        Seq("--prompts", lines),
        Seq("--table", csv.toString, "--table-format", "csv", "--table-option", "header=true")
      )
    ) {
      val folder = pages.resolve(source.head).toString
      val (outcome, rows) = generate(source ++ filled :+ folder: _*)
      assert(outcome.code === ExitCode.ROWS_FAILED, outcome.err)
      assert(rows.keySet === Set("a", "b", "c"))
      assert(rows("b").getAs[String]("error_class") === "PROMPT_VARIABLE")
      assert(rows("b").getAs[String]("error_message").contains("id b"))
      assert(rows("b").getAs[String]("error_message").contains("{{language}}"))
      val page = markdown(Path.of(folder))
      // a value's braces are text
      assert(page.contains("> System: You write Go.\n\n> Write {{language}} in Go.\n"), page)
      assert(page.contains("> Write a queue in C."))
      assert(page.contains("> System: Own.") === (source.head == "--prompts"))
    }
    val refused = audit(
      Seq("generate", "--model", golden("qwen3-tiny"), "--out", pages.resolve("x").toString) ++
        Seq("--table", csv.toString, "--table-format", "csv", "--id-column", "_c0") ++
        Seq("--template", template): _*
    )
    assert(refused.code === ExitCode.USAGE)
    assert(refused.err.contains("no column what") && refused.err.contains("_c0"), refused.err)
  }

  private def markdown(folder: Path): String = {
    val names = entries(folder).toSeq
    assert(names.size === 1 && names.head.matches("qwen3-tiny__\\d{8}_\\d{6}\\.md"), names)
    Files.readString(folder.resolve(names.head))
  }

  test("texts are a prompt each: one file, or a folder of them") {
    val texts = folder("texts")
    for (
      (name, text) <- Seq(
        "b.txt" -> "two\npassword = 'correct-horse-9'\n",
        "a.md" -> "one\n\nmore\n",
        "c.png" -> "none"
      )
    )
      Files.writeString(texts.resolve(name), text)
    val pages = folder("pages")
    val (outcome, rows) =
      generate("--prompts", texts.toString, "--markdown", pages.toString, "--no-thinking")
    assert(outcome.code === ExitCode.OK, outcome.err)
    assert(rows.keySet === Set("a.md", "b.txt"))
    val page = markdown(pages)
    assert(page.contains("## a.md\n\n> one\n> \n> more\n") && page.contains("> two\n"), page)
    assert(page.contains("> password = '[redacted:") && !page.contains("horse"), page)
    assert(outcome.out.contains(s"Answers    $pages/qwen3-tiny__"))
    val (_, single) = generate("--prompts", texts.resolve("b.txt").toString)
    assert(single.keySet === Set("b.txt"))
  }

  test("a row may have a limit of its own; one that is none fails") {
    val lines = file(
      "limits.jsonl",
      """{"id": "short", "prompt": "x = 1", "max_new_tokens": 3}
        |{"id": "run's", "prompt": "x = 1"}
        |{"id": "none", "prompt": "x = 1", "max_new_tokens": 0}
        |{"id": "text", "prompt": "x = 1", "max_new_tokens": "few"}
        |""".stripMargin
    ).toString
    val (outcome, rows) = generate("--prompts", lines, "--temperature", "0")
    assert(outcome.code === ExitCode.ROWS_FAILED)
    assert(rows("short").getAs[Int]("generated_tokens") <= 3)
    assert(rows("run's").getAs[Int]("generated_tokens") > 3)
    for (id <- Seq("none", "text")) {
      assert(rows(id).getAs[String]("error_class") === "PROMPT_LIMIT")
      assert(rows(id).getAs[String]("error_message").contains("id " + id))
    }
    val csv = file("limits.csv", "id,prompt,most\na,x = 1,3\nb,x = 1,\n").toString
    val (_, columns) = generate(
      Seq("--table", csv, "--table-format", "csv", "--table-option", "header=true", "--where") ++
        Seq("id <> 'c'", "--max-new-tokens-column", "most", "--temperature", "0"): _*
    )
    assert(columns("a").getAs[Int]("generated_tokens") <= 3)
    assert(columns("b").getAs[Int]("generated_tokens") > 3)
  }

  test("several samples of a prompt are rows apart, and a rerun asks only what is missing") {
    val out = folder("generate").resolve("tables")
    def run(samples: Int) = audit(
      Seq("generate", "--model", golden("qwen3-tiny"), "--out", out.toString, "--prompt", "x = ") ++
        Seq("--temperature", "2", "--top-k", "0", "--top-p", "1", "--max-new-tokens", "16") ++
        Seq("--samples", samples.toString): _*
    )
    def rows() = withTables(out)(_("generations").collect().toSeq)
    assert(run(2).code === ExitCode.OK)
    val two = rows()
    assert(two.map(_.getAs[Int]("sample")).sorted === Seq(0, 1))
    assert(two.map(_.getAs[String]("text")).distinct.size === 2)
    assert(two.map(_.getAs[String]("content_key")).distinct.size === 1)
    assert(run(3).code === ExitCode.OK)
    assert(rows().map(_.getAs[Int]("sample")).sorted === Seq(0, 1, 2))
  }

  test("sampling that cannot be is refused before anything is loaded") {
    val refused = audit("generate", "--prompt", "x", "--top-p", "1.5", "--model", "/none")
    assert(refused.code === ExitCode.USAGE)
    assert(refused.err.contains("top-p"))
  }

  test("prompts that cannot be read are one clear error, exit code 2") {
    val out = folder("generate").resolve("tables").toString
    val csv = file("prompts.csv", "id,prompt\n1,x").toString
    for (
      (source, said) <- Seq(
        Seq("--prompts", "/no/such.jsonl") -> "Cannot read the prompts in /no/such.jsonl",
        Seq("--prompts", "/no/such.txt") -> "Cannot read the prompts in /no/such.txt",
        Seq("--table", "/no/such/table") -> "Cannot read the table /no/such/table as parquet",
        Seq("--table", csv) -> s"Cannot read the table $csv as parquet",
        Seq("--prompt", "x", "--where", "true") -> "--table names none",
        Seq("--prompt", "x", "--template", "/no/such.md") -> "The template /no/such.md",
        Seq("--prompt", "x", "--samples", "0") -> "--samples 0",
        Seq("--prompt", "x", "--temperature", "0", "--samples", "2") -> "all would be the same",
        Seq("--prompt", "x", "--check-command", "pyton=true") -> "did you mean python?"
      )
    ) {
      val refused =
        audit(Seq("generate", "--model", golden("qwen3-tiny"), "--out", out) ++ source: _*)
      assert(refused.code === ExitCode.USAGE, refused.err)
      assert(refused.err.contains(said), refused.err)
      assert(!refused.err.contains("\tat "), "a stack trace is no error message")
    }
  }

  test("a checkpoint is described with its family, memory, template and revision") {
    val outcome = audit("model", golden("qwen2-tiny"))
    assert(outcome.code === ExitCode.OK)
    for (
      expected <- Seq(
        "qwen2",
        "504,864",
        "BF16",
        "Memory bf16",
        "top-k 20",
        "[1212, 1214]",
        "its own"
      )
    ) assert(outcome.out.contains(expected))
    val phi = audit("model", golden("phi3-tiny"))
    for (expected <- Seq("phi3", "366,240", "512 tokens, for which longrope has its short factors"))
      assert(phi.out.contains(expected), phi.out)
  }

  test("a model's plan for this machine is shown, and only that if quiet is asked for") {
    val whole = audit("model", golden("qwen3-tiny"), "--device", "cpu")
    assert(whole.code === ExitCode.OK, whole.err)
    for (expected <- Seq("Memory nf4", "Plan", "cpu: Everything is in memory", "16,384 positions"))
      assert(whole.out.contains(expected), whole.out)
    val quiet = audit(
      Seq("model", "--model", golden("qwen3-tiny"), "--quiet", "--precision", "int8") ++
        Seq("--placement", "disk", "--cache-tokens", "100", "--cpu-memory", "1.5GiB"): _*
    )
    assert(quiet.code === ExitCode.OK, quiet.err)
    assert(quiet.out.linesIterator.size == 4, quiet.out)
    for (
      expected <- Seq(
        "Memory int8",
        "Arithmetic   int8 on the processor",
        "disk: ",
        "100 positions",
        "of 1.6 GB"
      )
    )
      assert(quiet.out.contains(expected), quiet.out)
  }

  test("a plan that cannot be is refused with the numbers") {
    for (
      (arguments, expected) <- Seq(
        Seq("--placement", "gpu") -> "the CPU was asked for",
        Seq("--cache-tokens", "100", "--cpu-memory", "0.001") -> "of 1.0 MB",
        Seq("--placement", "everywhere") -> "multi-gpu",
        Seq("--cpu-memory", "much") -> "14 (gigabytes)",
        Seq("--gpu-memory", "-1") -> "14 (gigabytes)",
        Seq("--gpu-memory", "99999999TB") -> "14 (gigabytes)"
      )
    ) {
      val refused = audit("model" +: golden("qwen3-tiny") +: "--device" +: "cpu" +: arguments: _*)
      assert(refused.code === ExitCode.USAGE, refused.err)
      assert(refused.err.contains(expected), refused.err)
    }
  }

  test("amounts of memory are read as people write them") {
    for (
      (text, bytes) <- Seq(
        "14" -> 14000000000L,
        "14GB" -> 14000000000L,
        "14 gb" -> 14000000000L,
        "13.5GiB" -> 14495514624L,
        "800MB" -> 800000000L,
        "1T" -> 1000000000000L
      )
    ) assert(new SizeConverter().convert(text) === bytes, text)
  }

  test("a row that ended its process is named, left alone, and asked again only on request") {
    val out = folder("generate").resolve("tables")
    def run(more: String*) = audit(
      Seq("generate", "--model", golden("qwen3-tiny"), "--out", out.toString, "--quiet") ++
        Seq("--max-new-tokens", "4", "--prompts", prompts.toString) ++ more: _*
    )
    def byId(): Map[String, Seq[Row]] =
      withTables(out)(_("generations").collect().toSeq).groupBy(row =>
        String.valueOf(row.getAs[String]("id"))
      )
    assert(run().code === ExitCode.ROWS_FAILED)
    val key = byId()("a").head.getAs[String]("row_key")

    // As a process leaves it that ends while this row runs alone.
    val journal = Files.createDirectories(out.resolve("_audit/journal"))
    Files.createFile(journal.resolve(key))
    assert(run("--existing", "append").code === ExitCode.ROWS_FAILED)
    val named = byId()("a").maxBy(_.getAs[Int]("attempt"))
    assert(named.getAs[String]("error_class") === "POISON_ROW")
    assert(named.getAs[Int]("attempt") === 2)
    assert(byId()("7").maxBy(_.getAs[Int]("attempt")).getAs[String]("status") !== "failed")

    run()
    assert(byId()("a").size === 2) // resumed: what failed otherwise is asked again, this is not
    assert(byId()("none").size === 3)

    run("--isolate", "--retry-poison")
    val back = byId()("a").maxBy(_.getAs[Int]("attempt"))
    assert(back.getAs[Int]("attempt") === 3)
    assert(back.getAs[String]("status") !== "failed")
    assert(entries(out.resolve("_audit")).intersect(Set("lock")).isEmpty)
    assert(!Files.exists(journal) || entries(journal).isEmpty)
  }
}
