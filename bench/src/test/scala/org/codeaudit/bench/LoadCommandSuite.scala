package org.codeaudit.bench
import java.nio.file.{Files, Path}
import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import org.codeaudit.fetch.ModelFetcher
import scala.jdk.CollectionConverters._

class LoadCommandSuite extends BenchSuite {

  private def figures(file: Path): JsonNode = new ObjectMapper().readTree(file.toFile)

  private def benchFolders: Set[String] = {
    val models = ModelFetcher.modelsFolder()
    if (Files.exists(models)) entries(models).filter(_.startsWith("bench-")) else Set.empty
  }

  test("loading is measured cold and warm, and shown to people and programs") {
    val file = folder("bench").resolve("load.json")
    val before = benchFolders
    val outcome = measure(
      "load --precision f32 --placement cpu --prompt-tokens 3 --json".split(' ').toSeq ++
        Seq(file.toString, "--model", golden("llama-tiny")): _*
    )
    assert(outcome.code == 0, outcome.err)
    val lines = outcome.out.linesIterator.toSeq
    assert(lines.exists(_.matches("Model +.*llama-tiny")))
    assert(lines.exists(_.matches("Page cache (dropped before|could not be dropped).*")))
    assert(lines.exists(_.matches("Plain read cold: .* MB in .* s, .* GB/s")))
    val table = lines.filter(_.startsWith("f32"))
    assert(table.map(_.split(" +")(2)) == Seq("first", "warm"))
    val width = lines.find(_.startsWith("precision")).get.length
    assert(table.forall(_.length == width))
    assert(lines.count(_.startsWith("Target ")) == 5)

    val report = figures(file)
    val bytes = report.path("plain_read_cold").path("bytes").asLong
    assert(bytes == Files.size(Path.of(golden("llama-tiny"), "model.safetensors")))
    val loads = report.path("loads").elements.asScala.toSeq
    assert(loads.map(_.path("start").asText) == Seq("first", "warm"))
    for (load <- loads) {
      val found = load.path("figures")
      assert(found.path("device").asText == "cpu" && load.path("prompt_tokens").asInt == 3)
      val open = found.path("open_seconds").asDouble
      val first = found.path("first_token_seconds").asDouble
      assert(open > 0 && first > open && found.path("next_token_seconds").asDouble > 0)
      // a key and a value of 32 bits for each of 512 positions, 3 layers, 2 heads, 16 numbers
      val cache = 2 * 4 * 512 * 3 * 2 * 16
      assert(found.path("declared_bytes").asLong > 390816 * 4 + cache)
      assert(found.path("declared_bytes").asLong < 2 * (390816 * 4 + cache))
      assert(found.path("peak_bytes").asLong > 390816 * 4)
      val read = load.path("plain_read").path("seconds").asDouble
      assert(math.abs(load.path("open_to_read").asDouble - open / read) < 1e-6 * open / read)
      assert(load.path("first_token_seconds_of_all").size == 1)
    }
    assert(report.path("targets").size == 5)
    assert(benchFolders == before)
  }

  test("what cannot be loaded is a line with the reason, and the others are measured") {
    val file = folder("bench").resolve("load.json")
    val outcome = measure(
      "load --precision f32 --placement multi-gpu,cpu --json".split(' ').toSeq ++
        Seq(file.toString, "--model", golden("llama-tiny")): _*
    )
    assert(outcome.code == 1, outcome.err)
    val lines = outcome.out.linesIterator.filter(_.startsWith("f32")).toSeq
    assert(lines.head.matches("f32 +multi-gpu +first +refused: .*"))
    assert(lines.tail.map(_.split(" +")(2)) == Seq("first", "warm"))
    val loads = figures(file).path("loads").elements.asScala.toSeq
    assert(loads.map(_.has("reason")) == Seq(true, false, false))
    assert(!loads.head.has("figures"))
  }

  test("wrong arguments are refused before anything is measured") {
    for (
      (arguments, said) <- Seq(
        "--repeat 0" -> "--repeat 0",
        "--prompt-tokens 0" -> "--prompt-tokens 0",
        "--placement everywhere" -> "multi-gpu",
        "--precision f8" -> "f8",
        "--model synthetic:gpt-2" -> "qwen2.5-coder-0.5b",
        "--model no-such-model" -> "no-such-model"
      )
    ) {
      val outcome = measure("load ".concat(arguments).split(' ').toSeq: _*)
      assert(outcome.code == 2, arguments)
      assert(outcome.err.contains(said), arguments)
      assert(!outcome.out.contains("Plain read"), arguments)
    }
  }

  test("bench alone shows what it can measure") {
    val outcome = measure()
    assert(outcome.code == 0)
    for (what <- Seq("load", "throughput", "overhead")) assert(outcome.out.contains(what))
  }
}
