package org.codeaudit.job.command
import java.io.{ByteArrayOutputStream, PrintStream}
import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path}

import scala.util.Random
import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}

import org.codeaudit.generate.ModelLoader
import org.codeaudit.job.Main
import org.codeaudit.job.source.TestRepository

class PlanCommandSuite extends CommandSuite {
  private val noModel: ModelLoader =
    (_, _) => throw new AssertionError("the weights are not needed")

  private def withoutModel(arguments: String*): Outcome = {
    val (out, systemOut) = (new ByteArrayOutputStream(), System.out)
    System.setOut(new PrintStream(out, true, UTF_8))
    try Outcome(Main.run(noModel, arguments: _*), out.toString(UTF_8), "")
    finally System.setOut(systemOut)
  }

  private lazy val repository: Path = {
    val made = new TestRepository(folder("skewed"))
    val random = new Random(8)
    for (commit <- 1 to 48) {
      for (file <- 0 to random.nextInt(2)) {
        val lines = math.max(1, (6 * math.exp(random.nextGaussian())).toInt)
        val text =
          (1 to lines).map(line => s"total$line += price[${random.nextInt(99)}];\n").mkString
        made.write(s"A${commit}_$file.java", text)
      }
      if (commit % 5 == 0) made.write("package-lock.json", s"""{"version": $commit}""")
      made.commit(s"commit $commit")
    }
    made.folder
  }

  private lazy val common = Seq(
    Seq(repository.toString, "--commits", "all", "--source-option", "commitsPerPartition=1"),
    Seq("--model", golden("qwen3-tiny"), "--prompt", shortPrompt, "--precision", "f32"),
    Seq("--max-new-tokens", "40", "--unit-tokens", "200", "--review", "open")
  ).flatten

  private lazy val reviewed: Path = {
    val out = folder("plan").resolve("tables")
    val outcome = audit(Seq("review", "--quiet", "--out", out.toString) ++ common: _*)
    assert(outcome.code === ExitCode.OK, outcome.err)
    out
  }

  /** Rows, tokens of prompts and of answers, and bytes of the run that was planned. */
  private lazy val real: (Long, Long, Long, Long) = {
    val (rows, prompts, answers) = withTables(reviewed) { table =>
      val run = table("runs").head()
      val longs = Seq("rows", "prompt_tokens", "generated_tokens").map(run.getAs[Long](_))
      (longs(0), longs(1), longs(2))
    }
    val files = Files.walk(reviewed)
    try {
      val bytes = files
        .filter(f => f.toString.endsWith(".parquet") && !f.toString.contains("runs"))
        .mapToLong(Files.size(_))
        .sum()
      (rows, prompts, answers, bytes)
    } finally files.close()
  }

  private def plan(outcome: Outcome): JsonNode = {
    assert(outcome.code === ExitCode.OK, outcome.out + outcome.err)
    new ObjectMapper().readTree(outcome.out)
  }

  private def number(plan: JsonNode, name: String): Double = plan.get(name).get("estimate").asDouble

  test("what is counted whole is what the review then asks, and no weights are touched") {
    val counted =
      plan(withoutModel(Seq("plan", "--json", "--measure", "0", "--within", "0") ++ common: _*))
    assert(number(counted, "rows") === real._1)
    assert(number(counted, "prompt_tokens") === real._2)
    assert(number(counted, "generated_tokens") >= real._3)
    assert(counted.get("skipped").get("lock file").get("estimate").asDouble === 9)
    assert(counted.get("output_bytes").asDouble >= real._4 * 0.5)
    assert(counted.get("output_is_upper_bound").asBoolean && !counted.has("engine_hours"))
  }

  test("from a sample and some answers, tokens are within 10 % of the real run's") {
    val arguments = Seq("plan", "--json", "--measure", "24", "--within", "8") ++ common
    val sampled = plan(audit(arguments: _*))
    assert(sampled.get("partitions_read").asInt < 48)
    val tokens = real._2 + real._3
    assert(math.abs(number(sampled, "tokens") / tokens - 1) <= 0.1)
    val answers = number(sampled, "generated_tokens") / real._3
    val bytes = sampled.get("output_bytes").asDouble / real._4
    info(f"answers $answers%.3f and bytes $bytes%.3f of the real run's")
    assert(math.abs(answers - 1) <= 0.25)
    assert(bytes > 0.5 && bytes < 2)
    assert(number(sampled, "engine_hours") > 0)
    assert(sampled.get("engine").get("where").asText.startsWith("cpu of "))
  }

  test("an earlier run tells how long and how fast answers are, and no model is loaded") {
    val arguments = Seq("plan", "--json", "--from", reviewed.toString, "--within", "0") ++ common
    val told = plan(withoutModel(arguments: _*))
    assert(math.abs(number(told, "generated_tokens") / real._3 - 1) < 1e-9)
    assert(number(told, "engine_hours") > 0)
    val other = plan(withoutModel(arguments ++ Seq("--max-findings", "4", "--measure", "0"): _*))
    assert(number(other, "rows") === number(told, "rows"))
  }

  test("what the folder holds that the review will write to is not counted") {
    val shop = new TestRepository(folder("shop"))
    for (name <- Seq("Order", "Price", "Stock"))
      shop.write(s"$name.java", s"class $name { int $name = ${name.length}; }\n")
    shop.write("package-lock.json", "{}")
    shop.commit("begin")
    val files = Seq(
      Seq(shop.folder.toString, "--mode", "file", "--model", golden("qwen3-tiny")),
      Seq("--prompt", shortPrompt, "--precision", "f32", "--max-new-tokens", "200"),
      Seq("--review", "open", "--out", folder("shop-tables").resolve("tables").toString)
    ).flatten
    val out = Path.of(files.last)
    def planned() = plan(
      withoutModel(Seq("plan", "--json", "--measure", "0", "--within", "0") ++ files: _*)
    )
    def review(): Unit = {
      val outcome = audit(Seq("review", "--quiet") ++ files: _*)
      assert(outcome.code === ExitCode.OK, outcome.err)
    }
    val first = planned()
    assert(number(first, "asked") === 3 && number(first, "files_unchanged") === 0)
    review()
    val again = planned()
    for (nothing <- Seq("rows", "asked", "carried_forward", "tokens"))
      assert(number(again, nothing) === 0, nothing)
    assert(number(again, "files_unchanged") === 4)

    val whole = withTables(out)(table =>
      table("reviews").where("status = 'ok'").collect().map(_.getAs[String]("path")).toSet
    )
    val old = Seq("Order", "Price", "Stock").filter(name => whole(s"$name.java"))
    assert(old.nonEmpty, "only what was answered whole is carried forward")
    shop.write("Added.java", "class Added { int added = 5; }\n")
    old.foreach { name =>
      shop.write(s"moved/$name.java", Files.readString(shop.folder.resolve(s"$name.java")))
      shop.delete(s"$name.java")
    }
    shop.commit("move and add")
    val moved = planned()
    review()
    val (asked, carried, tokens) = withTables(out) { table =>
      val last = table("runs").orderBy("started_at").collect().last.getAs[String]("run_id")
      val rows = table("reviews").where(s"run_id = '$last'").collect()
      val forward = rows.count(_.getAs[String]("finish_reason") == "carried_forward")
      val read = rows.filterNot(_.isNullAt(rows.head.fieldIndex("prompt_tokens")))
      (rows.length - forward, forward, read.map(_.getAs[Int]("prompt_tokens")).sum)
    }
    assert(carried === old.size && asked === 1)
    assert(number(moved, "asked") === asked && number(moved, "carried_forward") === carried)
    assert(number(moved, "prompt_tokens") === tokens)
  }

  test("people get an aligned table with the hours of as many executors as they have") {
    val rates = Seq("--prefill-rate", "9000", "--decode-rate", "2000", "--executors", "4")
    val outcome = withoutModel(Seq("plan", "--measure", "0") ++ rates ++ common: _*)
    val lines = outcome.out.linesIterator.toSeq
    for (name <- Seq("Rows", "Tokens", "  read", "GPU hours", "  on 4 executors", "Output"))
      assert(lines.exists(_.startsWith(name + " ")), name + "\n" + outcome.out)
    assert(lines.takeWhile(_.nonEmpty).map(_.take(43).length).distinct === Seq(43))
    assert(outcome.out.contains("as given"))
  }

  for (
    (what, arguments, expected) <- Seq(
      ("one rate without the other", Seq("--decode-rate", "100"), "both"),
      ("a rate of nothing", Seq("--decode-rate", "0", "--prefill-rate", "1"), "more than 0"),
      ("questions below none", Seq("--measure", "-1"), "--measure"),
      ("no executors", Seq("--executors", "0"), "--executors"),
      ("no time", Seq("--sample-seconds", "0"), "--sample-seconds"),
      ("more than everything", Seq("--within", "120"), "--within")
    )
  ) test(s"$what is one clear error and exit code 2") {
    val outcome = audit(Seq("plan") ++ common ++ arguments: _*)
    assert(outcome.code === ExitCode.USAGE)
    assert(outcome.err.contains(expected) && !outcome.err.contains("\tat "))
  }

  test("a folder without earlier answers is one clear error") {
    val outcome = audit(Seq("plan", "--from", folder("nothing").toString) ++ common: _*)
    assert(outcome.code === ExitCode.USAGE && outcome.err.contains("--from"), outcome.err)
  }
}
