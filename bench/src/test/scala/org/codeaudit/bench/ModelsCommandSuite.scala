package org.codeaudit.bench

import java.nio.file.{Files, Path}

import org.apache.spark.sql.{Row, SparkSession}

import scala.jdk.CollectionConverters._

class ModelsCommandSuite extends BenchSuite {
  private def prompts(lines: String*): String = Files
    .writeString(folder("prompts").resolve("prompts.jsonl"), lines.mkString("", "\n", "\n"))
    .toString

  private def models(out: Path, more: String*): Outcome = measure(
    Seq("models", "--out", out.toString, "--max-new-tokens", "8", "--threads", "1") ++
      Seq("--cache-tokens", "2048", "--precision", "f32") ++ more: _*
  )

  private def table(out: Path, name: String): Seq[Row] = {
    val spark = SparkSession.builder().master("local[1]").getOrCreate()
    try spark.read.parquet(out.resolve(name).toString).collect().toSeq
    finally spark.stop()
  }

  /** Where a null is explained, which may be for several columns at once. */
  private def explained(row: Row, column: String): Boolean = {
    val notes = row.getAs[String]("notes")
    notes.contains(column) || notes.contains("all that is measured") && row.isNullAt(
      row.fieldIndex("tokens")
    )
  }

  private val mayBeNull = Set("error")

  test("each model is a line with all its columns; one that cannot be read stops no other") {
    val out = folder("models").resolve("out")
    val file = prompts(
      """{"id": "a", "prompt": "def add(a, b):", "language": "python"}""",
      """{"id": "b", "prompt": "class Stack", "max_new_tokens": 4}"""
    )
    val names = Seq(golden("llama-tiny"), "/no/such/model", golden("qwen3-next-tiny"))
    val outcome =
      models(
        out,
        Seq("--models", names.mkString(","), "--prompts", file, "--price-per-hour", "3.6") ++
          Seq("--check-command", "*=true"): _*
      )
    assert(outcome.code == 1, outcome.err)
    val rows = table(out, "models").map(row => row.getAs[String]("model") -> row).toMap
    assert(rows.keySet == names.toSet)
    assert(names.map(rows(_).getAs[String]("status")) == Seq("ok", "failed", "ok"))
    assert(rows("/no/such/model").getAs[String]("error").contains("There is no model"))
    for (row <- rows.values; column <- row.schema.fieldNames if !mayBeNull(column))
      assert(!row.isNullAt(row.fieldIndex(column)) || explained(row, column), column)
    val llama = rows(names.head)
    assert(llama.getAs[String]("attention") == "sdpa")
    assert(rows(names.last).getAs[String]("attention") == "sdpa+delta")
    assert(llama.getAs[Int]("batch") == 1 && llama.getAs[Double]("mean_batch_size") == 1)
    assert(llama.getAs[Int]("with_code") == 0 && llama.isNullAt(llama.fieldIndex("syntax_ok")))
    assert(llama.getAs[String]("notes").contains("syntax_ok: no answer has code"))
    val seconds = llama.getAs[Double]("seconds")
    assert(llama.getAs[Double]("cost") == 3.6 * seconds / 3600)
    val tokens = llama.getAs[Long]("tokens")
    assert(llama.getAs[Double]("tokens_per_second") == tokens / seconds)

    val generations = table(out, "generations").groupBy(_.getAs[String]("run_id"))
    assert(generations.keySet == Set(names.head, names.last).map(rows(_).getAs[String]("run_id")))
    val answers = generations(llama.getAs[String]("run_id"))
    assert(answers.map(_.getAs[Int]("generated_tokens").toLong).sum == tokens)
    val waits = answers.map(row => row.getAs[Long]("first_token_ns") - row.getAs[Long]("queued_ns"))
    assert(llama.getAs[Double]("first_token_seconds_most") == waits.max / 1e9)
    assert(answers.find(_.getAs[String]("id") == "b").get.getAs[Int]("generated_tokens") <= 4)

    val csv = Files.readAllLines(out.resolve("models.csv")).asScala
    assert(csv.head.startsWith("model,") && csv.size >= 4)
    val markdown = Files.readString(out.resolve("models.md"))
    for (line <- outcome.out.linesIterator.filter(_.startsWith("|")))
      assert(markdown.contains(line))
    for (name <- names) assert(outcome.out.contains(s"| $name "))
    val pages = entries(out.resolve("answers")).toSeq.sorted
    assert(pages.map(_.split("__").head) == Seq("llama-tiny", "qwen3-next-tiny"))
    assert(pages.forall(_.matches(".*__\\d{8}_\\d{6}\\.md")))
    assert(Files.readString(out.resolve("answers").resolve(pages.head)).contains("> class Stack"))
  }

  test(
    "prompts that cannot be asked and options that cannot be are refused before any model runs"
  ) {
    val good = prompts("""{"id": "a", "prompt": "x"}""")
    for (
      (arguments, said) <- Seq(
        Seq("--prompts", "/no/such.jsonl") -> "/no/such.jsonl",
        Seq("--prompts", prompts("""{"id": "a", "prompt": "x"}""", "no JSON")) ->
          "prompt 2 is not a JSON object",
        Seq("--prompts", prompts("""{"id": "a"}""")) -> "prompt 1 has no \"prompt\"",
        Seq("--prompts", prompts("")) -> "there is none",
        Seq("--prompts", good, "--price-per-hour", "-1") -> "--price-per-hour -1",
        Seq("--prompts", good, "--judge", "x", "--rubric", "/no/such.md") -> "/no/such.md",
        Seq("--prompts", good, "--judge", "x", "--rubric", rubric("Rate it.")) ->
          "must have {{answer}}",
        Seq("--prompts", good, "--batch", "0") -> "--batch 0",
        Seq("--prompts", good, "--model", "smollm2") -> "--model",
        Seq("--prompts", good, "--check-command", "pyhton=true") -> "did you mean python?"
      )
    ) {
      val out = folder("models").resolve("out")
      val outcome = models(out, Seq("--models", golden("llama-tiny")) ++ arguments: _*)
      assert(outcome.code == 2, arguments)
      assert(outcome.err.contains(said), outcome.err)
      assert(!Files.exists(out) && !outcome.err.contains("Measuring"), arguments)
    }
  }

  private def rubric(text: String): String =
    Files.writeString(folder("rubric").resolve("rubric.md"), text).toString

  test("a model that takes longer than its time is a line that says so") {
    val out = folder("models").resolve("out")
    val file = prompts("""{"id": "a", "prompt": "x = 1"}""")
    val outcome = models(
      out,
      // No JVM starts within a millisecond.
      Seq("--models", golden("llama-tiny"), "--prompts", file, "--model-time", "PT0.001S"): _*
    )
    assert(outcome.code == 1, outcome.err)
    val Seq(row) = table(out, "models")
    assert(row.getAs[String]("status") == "failed")
    assert(row.getAs[String]("error").contains("ended by --model-time after 0 seconds"))
    assert(row.getAs[String]("notes").contains("all that is measured"))
  }

  test("a judge's answers are kept; without a score, or a judge, the reason is said") {
    val file = prompts("""{"id": "a", "prompt": "x = 1"}""")
    for (
      (judge, code, reason) <- Seq(
        (golden("llama-tiny"), 0, "judge_score: the judge gave no score"),
        ("/no/such/judge", 1, "judge_score: the judge failed: There is no model")
      )
    ) {
      val out = folder("models").resolve("out")
      val outcome = models(
        out,
        Seq("--models", golden("qwen3-tiny"), "--prompts", file, "--judge", judge) ++
          Seq("--rubric", rubric("Rate {{answer}} to {{prompt}}.")): _*
      )
      assert(outcome.code == code, outcome.err)
      val Seq(row) = table(out, "models")
      assert(row.getAs[String]("judge") == judge && row.getAs[Int]("judged") == 0)
      assert(row.isNullAt(row.fieldIndex("judge_score")))
      assert(row.getAs[String]("notes").contains(reason), row.getAs[String]("notes"))
      val Seq(judgement) = table(out, "judgements")
      assert(judgement.getAs[String]("run_id") == row.getAs[String]("run_id"))
      assert((judgement.getAs[String]("text") == null) == (code == 1))
    }
  }

  test("there are 30 prompts of six languages") {
    val root = Path.of(System.getProperty("codeaudit.root"))
    val json = new com.fasterxml.jackson.databind.ObjectMapper()
    val tasks = Files
      .readAllLines(root.resolve("data/prompts/coding.jsonl"))
      .asScala
      .map(json.readTree)
    assert(tasks.size == 30 && tasks.map(_.path("id").asText).distinct.size == 30)
    assert(tasks.groupBy(_.path("language").asText).values.map(_.size).toSeq == Seq.fill(6)(5))
    assert(tasks.forall(_.path("prompt").asText.length > 80))
  }
}
