package org.codeaudit.checkpoint

import java.nio.FloatBuffer
import java.nio.file.{Files, Path}
import java.util.{Optional, OptionalDouble, OptionalInt}

import scala.jdk.CollectionConverters._

import org.codeaudit.AuditException
import org.codeaudit.checkpoint.config.{GenerationDefaults, HuggingFaceConfig, ModelConfig}
import org.codeaudit.checkpoint.config.ModelConfig.{Family, Llama3RopeScaling}
import org.codeaudit.checkpoint.file.JsonDocument
import org.codeaudit.checkpoint.safetensors.SafetensorsHeader
import org.codeaudit.checkpoint.SmallModels._
import org.codeaudit.checkpoint.tensor.TensorReader
import org.scalatest.funsuite.AnyFunSuite

class HuggingFaceFolderSuite extends AnyFunSuite {

  private def opened[A](folder: Path)(use: Checkpoint => A): A = {
    val checkpoint = Checkpoints.open(folder)
    try use(checkpoint)
    finally checkpoint.close()
  }

  private def configOf(changes: (String, String)*): ModelConfig =
    HuggingFaceConfig.read(
      JsonDocument.read(
        Files.write(Files.createTempFile("config", ".json"), configWith(changes: _*))
      )
    )

  test("a folder opens with its configuration and every tensor reads back") {
    opened(folder()) { checkpoint =>
      assert(checkpoint.format === "safetensors")
      assert(checkpoint.config === model())
      shapes().foreach { case (name, shape) =>
        assert(read(checkpoint, name).toSeq === values(shape), name)
      }
    }
  }

  test("rows from the middle are read to the buffer's position, which moves") {
    opened(folder()) { checkpoint =>
      val tensor = checkpoint.tensors.get("model.embed_tokens.weight")
      val buffer = FloatBuffer.allocate(1 + 3 * Hidden).position(1)
      checkpoint.read(tensor, 5, 3, buffer)
      assert(buffer.position() === 1 + 3 * Hidden)
      assert(
        buffer.array.drop(1).toSeq === values(tensor.shape.asScala.map(_.longValue).toSeq)
          .slice(5 * Hidden, 8 * Hidden)
      )
      intercept[IndexOutOfBoundsException](checkpoint.read(tensor, 10, 3, buffer.clear()))
      intercept[IllegalArgumentException](checkpoint.read(tensor, 0, 4, buffer.clear()))
    }
  }

  test("a closed checkpoint reads no more") {
    val checkpoint = Checkpoints.open(folder())
    checkpoint.close()
    intercept[IllegalStateException](read(checkpoint, "model.norm.weight"))
  }

  test("brain floats at an odd address and a tensor of several pieces read back") {
    val rows = 9000L
    val wide = SafetensorsBytes.bf16("wide", Seq(rows, 1024), values(Seq(rows, 1024)))
    val odd = SafetensorsBytes.Entry("odd", "F16", Seq(1), Array[Byte](0, 0x3c))
    val one = SafetensorsBytes.f32("one", Seq(1), Seq(1f))
    val bytes = SafetensorsBytes.file(Seq(odd, wide, one))
    val file = Files.write(Files.createTempFile("wide", ".safetensors"), bytes)
    val tensors = SafetensorsHeader.read(file)
    val direct = java.nio.ByteBuffer
      .allocateDirect((rows * 1024 * 4).toInt)
      .order(java.nio.ByteOrder.nativeOrder)
      .asFloatBuffer
    new TensorReader(tensors.get("wide"), HeadSize).read(0, rows, direct)
    val expected = values(Seq(rows, 1024))
    assert(expected.indices.forall(i => direct.get(i) == expected(i)))
    Seq("odd", "one").foreach { name =>
      val value = new Array[Float](1)
      new TensorReader(tensors.get(name), HeadSize).read(0, 1, FloatBuffer.wrap(value))
      assert(value.head === 1f, name)
    }
  }

  test("rows beyond two and four gibibytes of one tensor are read") {
    val (rows, width) = (1200000L, 1024L)
    val header =
      s"""{"a":${SafetensorsBytes.description("F32", Seq(rows, width), 0, rows * width * 4)}}"""
    val start = SafetensorsBytes.raw(header, Array())
    val file = Files.write(Files.createTempFile("sparse", ".safetensors"), start)
    // The holes of a sparse file take no space.
    val sparse = new java.io.RandomAccessFile(file.toFile, "rw")
    val marked = Seq(0L, 530000L, rows - 1)
    try {
      sparse.setLength(start.length + rows * width * 4)
      marked.foreach { row =>
        sparse.seek(start.length + row * width * 4)
        sparse.write(SafetensorsBytes.f32("", Seq(1), Seq(1f + row)).data)
      }
    } finally sparse.close()
    try {
      val tensor = SafetensorsHeader.read(file).get("a")
      marked.foreach { row =>
        val value = new Array[Float](width.toInt)
        new TensorReader(tensor, HeadSize).read(row, 1, FloatBuffer.wrap(value))
        assert(value.head === 1f + row)
        assert(value.tail.forall(_ == 0f))
      }
    } finally Files.delete(file)
  }

  test("every spelling of the configuration is understood") {
    val cases = Seq[(String, Seq[(String, String)], ModelConfig => Boolean)](
      ("no head_dim", Seq("head_dim" -> null), _.headSize == 16),
      ("head_dim", Seq("head_dim" -> "32"), _.headSize == 32),
      ("null head_dim", Seq("head_dim" -> "null"), _.headSize == 16),
      ("no key value heads", Seq("num_key_value_heads" -> null), _.keyValueHeads == 4),
      ("theta at the top", Seq("rope_theta" -> "500000"), _.ropeTheta == 500000.0),
      ("no theta", Seq("rope_theta" -> null), _.ropeTheta == 10000.0),
      (
        "rope_parameters",
        Seq(
          "rope_theta" -> null,
          "rope_parameters" -> """{"rope_type":"default","rope_theta":1e6}"""
        ),
        c => c.ropeTheta == 1e6 && c.ropeScaling.isEmpty
      ),
      (
        "llama3 scaling",
        Seq("rope_scaling" -> """{"rope_type":"llama3","factor":8.0,"low_freq_factor":1.0,
          "high_freq_factor":4.0,"original_max_position_embeddings":8192}"""),
        _.ropeScaling == Optional.of(new Llama3RopeScaling(8, 1, 4, 8192))
      ),
      (
        "old name of the type",
        Seq("rope_scaling" -> """{"type":"default"}"""),
        _.ropeScaling.isEmpty
      ),
      ("dtype", Seq("torch_dtype" -> null, "dtype" -> "\"bfloat16\""), _ => true),
      ("untied by default", Seq("tie_word_embeddings" -> null), !_.tiedEmbeddings),
      ("model_type only", Seq("architectures" -> null), _.family == Family.LLAMA),
      (
        "Qwen2",
        Seq(
          "architectures" -> """["Qwen2ForCausalLM"]""",
          "use_sliding_window" -> "false",
          "layer_types" -> """["full_attention","full_attention"]"""
        ),
        c => c.family == Family.QWEN2 && c.attentionBias
      ),
      (
        "Qwen3",
        Seq("architectures" -> """["Qwen3ForCausalLM"]"""),
        c => c.family == Family.QWEN3 && c.headSize == 128 && !c.attentionBias
      )
    )
    cases.foreach { case (name, changes, holds) => assert(holds(configOf(changes: _*)), name) }
  }

  test("shards are found through the index, also through links") {
    val (first, second) = entries().splitAt(7)
    val index = (first.map(_.name -> "model-1.safetensors") ++
      second.map(_.name -> "model-2.safetensors"))
      .map { case (name, shard) => s""""$name":"$shard"""" }
      .mkString("""{"metadata":{},"weight_map":{""", ",", "}}")
    val blob = Files.write(Files.createTempFile("blob", ""), SafetensorsBytes.file(second))
    val sharded = folder(
      "model.safetensors" -> null,
      "model.safetensors.index.json" -> index.getBytes,
      "model-1.safetensors" -> SafetensorsBytes.file(first)
    )
    Files.createSymbolicLink(sharded.resolve("model-2.safetensors"), blob)
    opened(sharded) { checkpoint =>
      assert(checkpoint.tensors.size === entries().size)
      assert(
        read(checkpoint, "model.layers.1.mlp.down_proj.weight").toSeq ===
          values(Seq(64, 96))
      )
    }
  }

  test("end tokens come from every file and sampling from generation_config.json") {
    val checkpoint = folder(
      "config.json" -> configWith("eos_token_id" -> "[2, 4]"),
      "generation_config.json" ->
        """{"eos_token_id":[7],"do_sample":true,"temperature":0.7,"top_k":20,"top_p":0.8,
          "repetition_penalty":1.1}""".getBytes,
      "tokenizer_config.json" -> """{"eos_token":{"content":"<end>"}}""".getBytes,
      "tokenizer.json" ->
        """{"version":"1.0","added_tokens":[{"id":9,"content":"<end>"}]}""".getBytes
    )
    val expected = new GenerationDefaults(
      Seq(2, 4, 7, 9).map(Int.box).asJava,
      Optional.of(true),
      OptionalDouble.of(0.7),
      OptionalInt.of(20),
      OptionalDouble.of(0.8),
      OptionalDouble.of(1.1)
    )
    assert(opened(checkpoint)(_.generationDefaults) === expected)
    assert(opened(folder())(_.generationDefaults.endTokens) === java.util.List.of(2))
  }

  test("the tokenizer is given as text with its template and special tokens") {
    val named = """{"bos_token":null,"eos_token":"<e>","unk_token":{"content":"<u>"},
      "chat_template":[{"name":"tool_use","template":"T"},{"name":"default","template":"D"}]}"""
    val cases = Seq[(String, Seq[(String, Array[Byte])], Option[String])](
      ("named templates", Seq("tokenizer_config.json" -> named.getBytes), Some("D")),
      (
        "one template",
        Seq("tokenizer_config.json" -> """{"eos_token":"<e>","unk_token":"<u>",
          "chat_template":"S"}""".getBytes),
        Some("S")
      ),
      (
        "a file of its own wins",
        Seq("tokenizer_config.json" -> named.getBytes, "chat_template.jinja" -> "J".getBytes),
        Some("J")
      ),
      (
        "special_tokens_map.json and no template",
        Seq(
          "special_tokens_map.json" ->
            """{"eos_token":"<e>","unk_token":{"content":"<u>"}}""".getBytes
        ),
        None
      )
    )
    cases.foreach { case (name, files, template) =>
      val all = files :+ ("tokenizer.json" -> "{\"model\":{}}".getBytes)
      val tokenizer = opened(folder(all: _*))(_.tokenizer)
      assert(tokenizer.tokenizerJson === "{\"model\":{}}", name)
      assert(tokenizer.chatTemplate === Optional.ofNullable(template.orNull), name)
      assert(tokenizer.specialTokens.asScala === Map("eos_token" -> "<e>", "unk_token" -> "<u>"))
    }
  }

  test("a checkpoint without tokenizer opens and says so when it is asked for it") {
    opened(folder()) { checkpoint =>
      val error = intercept[AuditException](checkpoint.tokenizer)
      assert(error.errorClass.name === "CHECKPOINT_TOKENIZER_MISSING")
      assert(error.getMessage.contains("tokenizer.json"))
    }
    for (other <- Seq("tokenizer.model", "tekken.json")) {
      val path = folder(other -> "x".getBytes)
      opened(path) { checkpoint =>
        val error = intercept[AuditException](checkpoint.tokenizer)
        assert(error.errorClass.name === "CHECKPOINT_TOKENIZER_MISSING")
        assert(error.getMessage.contains(s"only a $other") && error.fix.contains(path.toString))
      }
    }
  }

  test("the revision changes with configuration, tokenizer and headers and with nothing else") {
    def revision(files: (String, Array[Byte])*) = opened(folder(files: _*))(_.revision)
    val original = revision()
    assert(original.matches("[0-9a-f]{64}"))
    assert(revision() === original)
    assert(revision("README.md" -> "x".getBytes) === original)
    assert(revision("config.json" -> configWith("rope_theta" -> "5000")) !== original)
    assert(revision("tokenizer.json" -> "{}".getBytes) !== original)
    val brain = shapes().map { case (name, shape) =>
      SafetensorsBytes.bf16(name, shape, values(shape))
    }
    assert(revision("model.safetensors" -> SafetensorsBytes.file(brain)) !== original)
  }

  test("a header of 18,867 tensors opens without a long wait") {
    val header = (0 until 18867)
      .map(i =>
        s""""model.layers.$i.weight":""" + SafetensorsBytes
          .description("BF16", Seq(2), 4L * i, 4L * i + 4)
      )
      .mkString("{", ",", "}")
    val bytes = SafetensorsBytes.raw(header, new Array[Byte](4 * 18867))
    val file = Files.write(Files.createTempFile("many", ".safetensors"), bytes)
    val start = System.nanoTime
    assert(SafetensorsHeader.read(file).size === 18867)
    assert((System.nanoTime - start) / 1e9 < 60)
  }
}
