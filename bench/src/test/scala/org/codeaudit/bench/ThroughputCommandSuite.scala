package org.codeaudit.bench

import org.codeaudit.bench.throughput.Workload
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._
import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}

class ThroughputCommandSuite extends BenchSuite {
  private val json = new ObjectMapper()

  private def figures(file: Path): JsonNode = json.readTree(file.toFile)

  private def bench(arguments: String, more: String*) = measure(
    arguments.split(' ').toSeq ++ more ++
      "--master local[2] --conf spark.ui.enabled=false --conf".split(' ').toSeq ++
      Seq("spark.driver.host=127.0.0.1", "--prompt", shortPrompt): _*
  )

  test("the workload is done with savings and without, and through Spark") {
    val (file, requests) = (folder("bench").resolve("t.json"), folder("bench").resolve("r.jsonl"))
    val outcome = bench(
      "throughput --rows 6 --repeat 1 --max-new-tokens 24 --unit-tokens 300 --precision f32 --json",
      file.toString,
      "--requests",
      requests.toString,
      "--model",
      golden("qwen3-tiny")
    )
    assert(outcome.code == 0, outcome.err)
    val lines = outcome.out.linesIterator.toSeq
    assert(lines.exists(_.startsWith("Workload   5 reviews and 1 prompts")))
    assert(
      lines.filter(_.matches("(engine|spark) .*")).map(_.split(" +").take(2).toSeq) ==
        Seq(Seq("engine", "on"), Seq("engine", "off"), Seq("spark", "on"))
    )
    assert(lines.exists(_.startsWith("savings on to off")))
    assert(lines.exists(_.matches("Answers +(\\d+) of \\1 have the same tokens .*")), outcome.out)

    val report = figures(file)
    val passes = report.path("passes").elements.asScala.toSeq
    val Seq(on, off, spark) = passes
    val asked = Files.readAllLines(requests).asScala.map(json.readTree).toSeq
    for (pass <- passes) {
      assert(pass.path("rows").asInt == asked.size)
      assert(pass.path("prompt_tokens").asLong == asked.map(_.path("prompt").size).sum)
      assert(pass.path("generated_tokens").asLong == asked.map(_.path("new_tokens").asInt).sum)
      assert(pass.path("prefill_tokens_per_second").asDouble > 0)
      assert(pass.path("decode_tokens_per_second").asDouble > 0)
      assert(pass.path("mean_batch_size").asDouble > 1)
      assert(pass.path("seconds_outside_steps").asDouble >= 0)
    }
    assert(report.path("answers").asInt == asked.size)
    assert(report.path("same_answers").asInt == asked.size)
    assert(on.path("cached_tokens").asLong > 0 && on.path("forced_tokens").asLong > 0)
    assert(off.path("cached_tokens").asLong == 0 && off.path("forced_tokens").asLong == 0)
    assert(spark.path("forced_tokens") == on.path("forced_tokens"))
    val ratio = report.path("ratios").path("savings_on_to_off").asDouble
    val expected = on.path("rows_per_minute").asDouble / off.path("rows_per_minute").asDouble
    assert(math.abs(ratio / expected - 1) < 1e-9)
    val lost = report.path("ratios").path("time_lost_to_spark").asDouble
    assert(lost >= 0 && lost < 1)
  }

  test("overheads are measured with a model that answers at once") {
    val repository = folder("repository")
    for (
      command <- Seq(
        "git init -q -b main .",
        "git -c user.name=a -c user.email=a@b commit -q --allow-empty -m one"
      )
    ) {
      val git = new ProcessBuilder(command.split(' ').toSeq.asJava).directory(repository.toFile)
      assert(git.start().waitFor() == 0)
    }
    val file = folder("bench").resolve("o.json")
    val outcome = bench(
      "overhead --copies 1 --repeat 1 --unit-tokens 600 --json",
      file.toString,
      "--repository",
      repository.toString,
      "--model",
      golden("qwen3-tiny")
    )
    assert(outcome.code == 0, outcome.err)
    val lines = outcome.out.linesIterator.toSeq
    assert(lines.count(_.startsWith("Pipeline ")) == 2)
    assert(lines.count(_.startsWith("Target ")) == 2)
    assert(figures(file).path("pipeline_rows_per_second").asDouble > 0)
    assert(figures(file).path("git_source_to_git_log").asDouble > 0)
  }

  test("wrong arguments are refused before anything is measured") {
    for (
      (arguments, said) <- Seq(
        "throughput --rows 0" -> "--rows 0",
        "throughput --repeat 0" -> "--repeat 0",
        "throughput --model no-such-model" -> "no-such-model",
        "overhead --copies 0" -> "--copies 0"
      )
    ) {
      val outcome = measure(arguments.split(' ').toSeq: _*)
      assert(outcome.code == 2 && outcome.err.contains(said), arguments)
    }
  }
}
