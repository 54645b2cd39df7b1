package org.codeaudit.bench.gpu

import java.nio.file.{Files, Path}
import java.nio.{ByteBuffer, ByteOrder}
import java.util.Base64
import java.util.concurrent.TimeUnit.MINUTES
import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import org.codeaudit.OptIn
import org.codeaudit.bench.BenchSuite
import org.codeaudit.disk.FolderTree
import org.codeaudit.model.torch.program.TorchProgram
import org.codeaudit.model.torch.program.TorchProgram.{Bytes, Floats, Numbers}

import scala.jdk.CollectionConverters._

/** What travels to a machine with a GPU is whole: nothing else is needed to load, compute and
  * report.
  */
class GpuKitSuite extends BenchSuite {
  private val json = new ObjectMapper()
  private val root = Path.of(System.getProperty("codeaudit.root"), "bench/gpu")
  private val programs = Seq("drive.py", "steps.py", "decoder.py", "report.py")

  /** Packed once, small. */
  private lazy val kit: Path = {
    val target = folder("gpu").resolve("kit")
    val outcome = measure(
      "gpu-kit",
      target.toString,
      "--golden",
      Seq("llama-tiny", "qwen3-moe-tiny", "qwen3-next-tiny", "qwen3-tiny-nf4")
        .map(golden)
        .mkString(","),
      "--shape",
      Seq("mini", "mini-moe").map(name => root.resolve(s"shapes/$name.json")).mkString(",")
    )
    assert(outcome.code == 0, outcome.err)
    programs.foreach(name => Files.copy(root.resolve(name), target.resolve(name)))
    target
  }

  private def contents: JsonNode = json.readTree(kit.resolve("kit.json").toFile)
  private def entries(of: String): Seq[JsonNode] = contents.path(of).elements.asScala.toSeq

  test("the kit has every way of a golden checkpoint, and shapes without their weights") {
    val ways = entries("golden")
      .map(_.path("name").asText)
      .groupMap(_.split(" ", 2)(0))(
        _.split(" ", 2)(1)
      )
    val plain = Set("f32 gpu", "f32 streamed", "f32 hybrid", "bf16 gpu")
    assert(ways("llama-tiny").toSet == plain ++ Set("int8 gpu", "int4 gpu", "nf4 gpu"))
    assert(ways("qwen3-next-tiny").toSet == plain)
    assert(ways("qwen3-tiny-nf4") == Seq("bf16 gpu"))
    for (entry <- entries("golden"); way = entry.path("name").asText) {
      val decoder = if (way.endsWith("streamed")) "cuda-copies" else "cuda"
      assert(entry.path("decoder").asText == s"decoders/$decoder.pt", way)
    }
    for (shape <- entries("shapes")) {
      val bytes = shape.path("bytes").asLong
      assert(bytes > shape.path("weight_bytes").asLong && shape.path("weight_bytes").asLong > 1000)
      assert(FolderTree.bytes(kit.resolve(shape.path("folder").asText)) < bytes / 10)
    }
    assert(!entries(kit).exists(_.startsWith("outline-")))
  }

  test("the calls that were written down load a decoder that computes what transformers computes") {
    for (entry <- entries("golden") if !entry.path("relative").asBoolean) {
      val name = entry.path("name").asText
      val program = TorchProgram.load(
        Files.readAllBytes(kit.resolve("decoders/processor.pt")),
        1
      )
      try {
        repeat(entry, program)
        val expected = kit.resolve(entry.path("checkpoint").asText).resolve("expected.json")
        for (prompt <- json.readTree(expected.toFile).path("prompts").elements.asScala) {
          val found = last(program, prompt.path("ids").elements.asScala.map(_.asLong).toArray)
          val right = floats(prompt.path("logits").asText)
          val error = found.zip(right).map { case (a, b) => math.abs(a - b) }.max
          assert(error <= entry.path("bound").asDouble, name)
        }
      } finally program.close()
    }
  }

  /** Makes the calls of an entry, with the processor by another name in the GPU's place. */
  private def repeat(entry: JsonNode, program: TorchProgram): Unit = {
    val calls = kit.resolve(entry.path("calls").asText)
    val tensors = Files.readAllBytes(calls.resolve("tensors.bin"))
    val folder = kit.resolve(entry.path("checkpoint").asText)
    for (line <- Files.readAllLines(calls.resolve("calls.jsonl")).asScala) {
      val method +: arguments = json.readTree(line).elements.asScala.toSeq
      val values = arguments.map(argument(_, tensors))
      method.asText match {
        case "attend_at_once" => assert(program.callForDouble("attend_at_once", values: _*) < 0.02)
        case "map_file"       =>
          program.call(
            "map_file",
            folder.resolve(arguments.head.asText).toString +: values.tail: _*
          )
        case other => program.call(other, values: _*)
      }
    }
  }

  private def argument(node: JsonNode, tensors: Array[Byte]): AnyRef =
    if (node.isTextual) node.asText.replace("cuda:0", "cpu:0")
    else if (node.isIntegralNumber) Long.box(node.asLong)
    else if (node.isNumber) Double.box(node.asDouble)
    else if (node.isArray && node.elements.asScala.forall(_.isIntegralNumber)) longs(node)
    else if (node.isArray) node.elements.asScala.map(_.asDouble).toArray
    else {
      val shape = longs(node.path("shape"))
      val width = if (node.path("type").asText == "uint8") 1 else 4
      val buffer = ByteBuffer.allocateDirect((width * shape.product).toInt)
      buffer.order(ByteOrder.nativeOrder).put(tensors, node.path("at").asInt, buffer.capacity)
      if (width == 1) new Bytes(buffer.flip(), shape: _*)
      else new Floats(buffer.flip(), shape: _*)
    }

  private def longs(node: JsonNode): Array[Long] = node.elements.asScala.map(_.asLong).toArray

  private def floats(text: String): Array[Float] = {
    val buffer = ByteBuffer.wrap(Base64.getDecoder.decode(text)).order(ByteOrder.LITTLE_ENDIAN)
    Array.fill(buffer.remaining / 4)(buffer.getFloat)
  }

  /** The logits after the last token of a text. */
  private def last(program: TorchProgram, ids: Array[Long]): Array[Float] = {
    val places = ids.indices.map(_.toLong).toArray
    program.callForFloats(
      "logits",
      new Numbers(ids ++ places ++ places, 3, ids.length),
      Array[Long](0, 0, ids.length, 0),
      Long.box(if (ids.length == 1) 1 else 0),
      Array.empty[Long],
      Numbers.of(Array(ids.length - 1L))
    )
  }

  /** Runs a copy of the folder that lies elsewhere; the exit code and the report. */
  private def drive(
      python: String,
      torch: Option[String],
      more: String*
  ): (Int, JsonNode, String) = {
    val alone = folder("alone")
    for (file <- Files.walk(kit).iterator.asScala if Files.isRegularFile(file)) {
      val copy = alone.resolve("kit").resolve(kit.relativize(file).toString)
      Files.createDirectories(copy.getParent)
      Files.copy(file, copy)
    }
    torch.foreach(Files.writeString(alone.resolve("kit/torch.py"), _))
    val command = Seq(python, "kit/drive.py", "--out", "out", "--device", "cpu:0") ++ more
    val builder = new ProcessBuilder(command.asJava)
      .directory(alone.toFile)
      .redirectErrorStream(true)
      .redirectOutput(alone.resolve("log").toFile)
    builder.environment.remove("PYTHONPATH")
    val process =
      try builder.start()
      catch { case _: java.io.IOException => cancel(s"there is no $python") }
    try assert(process.waitFor(8, MINUTES), Files.readString(alone.resolve("log")))
    finally process.destroy()
    val report = json.readTree(alone.resolve("out/report.json").toFile)
    assert(!Files.exists(alone.resolve("out/scratch")))
    (process.exitValue, report, Files.readString(alone.resolve("out/report.md")))
  }

  private def steps(report: JsonNode): Map[String, JsonNode] =
    report.path("steps").elements.asScala.map(step => step.path("name").asText -> step).toMap

  test("where PyTorch cannot be used every step says why, and there is a report") {
    val (code, report, text) =
      drive("python3", Some("raise ImportError('the library is for another processor')"))
    assert(code == 1)
    val all = steps(report)
    for (name <- Seq("machine", "golden", "golden other ways", "mini weights")) {
      assert(all(name).path("status").asText == "failed")
      assert(all(name).path("reason").asText.contains("the library is for another processor"), name)
    }
    assert(all("mini ours").path("status").asText == "not run")
    assert(all("mini ours").path("reason").asText == "there are no weights")
    assert(
      text.contains("| golden | failed |") && text.startsWith("# The decoder on the processor")
    )
  }

  test("a step that crashes or hangs is ended, and what comes before and after it is kept") {
    // the first process dies of a signal, the second never ends, and the time is over then
    val dies = "import os, sys, time\n" +
      "if 'machine' in sys.argv: os.kill(os.getpid(), 11)\ntime.sleep(600)\n"
    val (code, report, _) = drive("python3", Some(dies), "--minutes", "0.5")
    assert(code == 1)
    val all = steps(report)
    assert(all("machine").path("status").asText == "failed")
    assert(all("machine").path("reason").asText.contains("signal 11"))
    assert(all("golden").path("status").asText == "ended")
    assert(all("golden").path("seconds").asDouble < 120)
    assert(all("mini weights").path("reason").asText.contains("minutes were over"))
  }

  test("a Python with PyTorch finds every golden value from the folder alone", OptIn) {
    val python = sys.env.getOrElse(
      "CODE_AUDIT_GPU_PYTHON",
      cancel("CODE_AUDIT_GPU_PYTHON names no Python with torch")
    )
    val (code, report, text) = drive(python, None)
    assert(code == 0, text)
    val all = steps(report)
    val found =
      Seq("golden", "golden other ways").flatMap(all(_).path("findings").elements.asScala)
    assert(
      found.map(_.path("name").asText).toSet == entries("golden").map(_.path("name").asText).toSet
    )
    for (check <- found) assert(check.path("passed").asBoolean, check)
    for (shape <- Seq("mini", "mini-moe")) {
      val mine = all(s"$shape ours").path("findings").elements.asScala.toSeq
      assert(mine.count(_.path("what").asText == "decode") == 2)
      assert(mine.count(_.path("what").asText == "prefill") == 2)
      for (decode <- mine if decode.path("what").asText == "decode")
        assert(decode.path("step_seconds").asDouble > 0)
    }
  }
}
