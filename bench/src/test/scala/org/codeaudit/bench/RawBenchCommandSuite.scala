package org.codeaudit.bench

import scala.jdk.CollectionConverters._
import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}

class RawBenchCommandSuite extends BenchSuite {

  private def raw(arguments: String*) =
    measure(Seq("throughput", "--raw-only", "--precision", "f32") ++ arguments: _*)

  test("the model alone is measured against the machine's floors, and followed as it grows") {
    val target = folder("bench")
    val json = target.resolve("t.json")
    val outcome = raw(
      "--model",
      "synthetic:tiny",
      "--prompt-tokens",
      "100",
      "--grow",
      "--json",
      json.toString
    )
    assert(outcome.code == 0, outcome.err)
    val lines = outcome.out.linesIterator.toSeq
    assert(lines.exists(_.matches("Floors +reads .* GB/s, f32 products .* GFLOP/s.*")))
    val table = lines.filter(_.matches("(prefill|decode) .*")).map(_.split(" +").toSeq)
    assert(
      table.map(_.take(3)) == Seq("prefill" -> 1, "decode" -> 1, "decode" -> 8, "decode" -> 16)
        .map { case (phase, sequences) => Seq(phase, "100", sequences.toString) }
    )
    assert(lines.exists(_.startsWith("Left out   contexts above 256")))

    val report = new ObjectMapper().readTree(json.toFile)
    val floors = report.path("floors")
    val reads = floors.path("read_bytes_per_second").asDouble
    val products = floors.path("f32_operations_per_second").asDouble
    def check(line: JsonNode): Unit = {
      val steps = 1 / line.path("step_seconds").asDouble
      val share = line.path("weight_bytes_per_step").asDouble * steps / reads
      assert(math.abs(line.path("share_of_read_bandwidth").asDouble / share - 1) < 1e-9)
      val made = line.path("operations_per_step").asDouble * steps / products
      assert(math.abs(line.path("share_of_f32_gemm").asDouble / made - 1) < 1e-9)
      val tokens = if (line.path("phase").asText == "decode") line.path("sequences").asInt else 0
      if (tokens > 0)
        assert(math.abs(line.path("tokens_per_second").asDouble / (tokens * steps) - 1) < 1e-9)
    }
    val phases = report.path("raw").elements.asScala.toSeq
    assert(phases.size == 4)
    phases.foreach(check)
    assert(
      phases.head.path("operations_per_step").asDouble > phases(1)
        .path("operations_per_step")
        .asDouble
    )
    val grown = report.path("growth").path("phases").elements.asScala.toSeq
    grown.foreach(check)
    assert(grown.map(_.path("sequences").asInt) == Seq(1, 1, 2, 4, 8, 16, 32, 64))
    assert(report.path("passes").size == 0)
  }

  test("models with experts and recurrent states are measured") {
    for (name <- Seq("qwen3-moe-tiny", "qwen3-next-tiny")) {
      val outcome = raw(
        "--model",
        golden(name),
        "--prompt-tokens",
        "40",
        "--grow",
        "--context",
        "64"
      )
      assert(outcome.code == 0, outcome.err)
      val grown = outcome.out.linesIterator.filter(_.startsWith("64 ")).toSeq
      assert(grown.size == 1 && grown.head.split(" +").length == 9)
    }
  }

  test("options that contradict each other are refused before anything is measured") {
    for (
      (arguments, said) <- Seq(
        "--raw-only --engine-only" -> "--raw-only --engine-only",
        "--engine-only --grow" -> "--grow",
        "--prompt-tokens 0" -> "--prompt-tokens 0",
        "--grow --context 3" -> "--context 3"
      )
    ) {
      val outcome = measure("throughput ".concat(arguments).split(' ').toSeq: _*)
      assert(outcome.code == 2 && outcome.err.contains(said), arguments)
      assert(!outcome.out.contains("Floors"), arguments)
    }
  }
}
