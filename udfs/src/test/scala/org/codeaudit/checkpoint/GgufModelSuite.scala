package org.codeaudit.checkpoint
import java.nio.file.{Files, Path}
import java.util.{List => JavaList}

import scala.jdk.CollectionConverters._

import org.codeaudit.AuditException
import org.codeaudit.checkpoint.config.ModelConfig.{Family, Llama3RopeScaling, YarnRopeScaling}
import org.codeaudit.checkpoint.file.JsonDocument
import org.codeaudit.checkpoint.gguf.GgufFile
import org.codeaudit.checkpoint.GgufBytes._
import org.codeaudit.checkpoint.SmallModels._
import org.scalatest.funsuite.AnyFunSuite

class GgufModelSuite extends AnyFunSuite {

  private def opened[A](path: Path)(use: Checkpoint => A): A = {
    val checkpoint = Checkpoints.open(path)
    try use(checkpoint)
    finally checkpoint.close()
  }

  private def withMetadata(changes: (String, Value)*): Seq[(String, Value)] =
    ggufMetadata().filterNot { case (key, _) => changes.exists(_._1 == key) } ++
      changes.filter(_._2 != null)

  test("a file opens by its path or as the only one of a folder, tensors in the usual order") {
    val file = ggufFile(gguf())
    Seq(file, file.getParent).foreach { path =>
      opened(path) { checkpoint =>
        assert(checkpoint.format === "gguf")
        assert(checkpoint.config === model())
        shapes().foreach { case (name, shape) =>
          assert(read(checkpoint, name).toSeq === values(shape), name)
        }
      }
    }
  }

  test("the Qwen families open, their rows as they are") {
    Seq(Family.QWEN2, Family.QWEN3).foreach { family =>
      opened(ggufFile(gguf(ggufMetadata(family), ggufTensors(family)))) { checkpoint =>
        assert(checkpoint.config === model(family))
        shapes(family).foreach { case (name, shape) =>
          assert(read(checkpoint, name).toSeq === values(shape), name)
        }
        assert(checkpoint.generationDefaults.endTokens === JavaList.of(0, 2))
      }
    }
  }

  test("version 2 and every type of metadata are read") {
    val every = Seq(
      "x.u8" -> Value(0, Array[Byte](-1)),
      "x.i8" -> Value(1, Array[Byte](-1)),
      "x.u16" -> Value(2, Array[Byte](-1, -1)),
      "x.i16" -> Value(3, Array[Byte](-1, -1)),
      "x.u32" -> u32(-1),
      "x.i32" -> Value(5, int(-1)),
      "x.f32" -> f32(1e-5f),
      "x.bool" -> flag(true),
      "x.text" -> text("é"),
      "x.array" -> array(9, Seq(texts(Seq("a", "b")).bytes, i32s(Seq(1)).bytes)),
      "x.u64" -> Value(10, long(1L << 40)),
      "x.i64" -> Value(11, long(-5)),
      "x.f64" -> Value(12, long(java.lang.Double.doubleToLongBits(0.1))),
      "x.long" -> text("y" * 200000)
    )
    val file = ggufFile(GgufBytes.file(every, Nil, version = 2))
    val read = GgufFile.read(file).metadata.values.asScala
    val expected = Map[String, Any](
      "x.u8" -> 255L,
      "x.i8" -> -1L,
      "x.u16" -> 65535L,
      "x.i16" -> -1L,
      "x.u32" -> 4294967295L,
      "x.i32" -> -1L,
      "x.f32" -> 1e-5,
      "x.bool" -> true,
      "x.text" -> "é",
      "x.array" -> JavaList.of(JavaList.of("a", "b"), JavaList.of(1L)),
      "x.u64" -> (1L << 40),
      "x.i64" -> -5L,
      "x.f64" -> 0.1,
      "x.long" -> "y" * 200000
    )
    expected.foreach { case (key, value) => assert(read(key) === value, key) }
  }

  test("an output projection unties the embeddings") {
    val shape = Seq(Vocabulary.toLong, Hidden.toLong)
    val output =
      Tensor("output.weight", 0, shape, SafetensorsBytes.f32("", shape, values(shape)).data)
    val file = ggufFile(gguf(tensors = ggufTensors() :+ output))
    opened(file)(checkpoint => assert(!checkpoint.config.tiedEmbeddings))
  }

  private def divisors(factor: Double): Seq[Float] =
    (0 until HeadSize / 2).map { i =>
      val wavelength = 2 * math.Pi * math.pow(10000, 2.0 * i / HeadSize)
      val smooth = (8192 / wavelength - 1) / 3
      if (wavelength > 8192) factor.toFloat
      else if (wavelength < 2048) 1f
      else (1 / ((1 - smooth) / factor + smooth)).toFloat
    }

  private def withRopeFactors(values: Seq[Float]) = ggufFile(
    gguf(
      withMetadata("llama.rope.freq_base" -> f32(10000f)),
      ggufTensors() :+ Tensor(
        "rope_freqs.weight",
        0,
        Seq(values.size.toLong),
        SafetensorsBytes.f32("", Seq(values.size.toLong), values).data
      )
    )
  )

  test("rotary factors of llama3 are recognised") {
    opened(withRopeFactors(divisors(32))) { checkpoint =>
      assert(checkpoint.config.ropeScaling.get === new Llama3RopeScaling(32, 1, 4, 8192))
    }
    opened(withRopeFactors(Seq.fill(8)(1f)))(c => assert(c.config.ropeScaling.isEmpty))
  }

  test("yarn is read with llama.cpp's defaults and with settings of its own") {
    val yarn = Seq("rope.scaling.type" -> text("yarn"), "rope.scaling.factor" -> f32(4))
    val own = Seq(
      "rope.scaling.original_context_length" -> u32(64),
      "rope.scaling.yarn_beta_fast" -> f32(16),
      "rope.scaling.yarn_beta_slow" -> f32(2),
      "rope.scaling.attn_factor" -> f32(0.5f)
    )
    val paper = 0.1 * math.log(4) + 1
    val cases = Seq(
      yarn -> (new YarnRopeScaling(4, 128, 32, 1, paper), 512),
      (yarn ++ own) -> (new YarnRopeScaling(4, 64, 16, 2, paper / 2), 256)
    )
    cases.foreach { case (settings, (scaling, context)) =>
      val metadata = withMetadata(settings.map { case (key, value) => s"llama.$key" -> value }: _*)
      opened(ggufFile(gguf(metadata))) { checkpoint =>
        assert(checkpoint.config.ropeScaling.get === scaling)
        assert(checkpoint.config.contextLength === context)
      }
    }
  }

  test("the tokenizer is a tokenizer.json with added tokens, merges and the right pre-tokenizer") {
    val tokenizer = opened(ggufFile(gguf()))(_.tokenizer)
    val json = JsonDocument.JSON.readTree(tokenizer.tokenizerJson)
    val added = json
      .path("added_tokens")
      .elements
      .asScala
      .map(t => (t.path("id").asInt, t.path("content").asText, t.path("special").asBoolean))
      .toSeq
    assert(
      added === Seq(
        (0, "<|endoftext|>", true),
        (1, "<|im_start|>", true),
        (2, "<|im_end|>", true),
        (3, "<tool>", false)
      )
    )
    assert(json.at("/model/vocab/Ġab").asInt === 10)
    assert(!json.at("/model/vocab").has("[PAD]"))
    assert(
      tokenizer.specialTokens.asScala ===
        Map("bos_token" -> "<|im_start|>", "eos_token" -> "<|im_end|>")
    )
    assert(tokenizer.chatTemplate.get === "{{ messages }}")
  }

  test("each pre-tokenizer cuts text its own way") {
    // Every piece is spelled out because nothing merges; ids show the cuts through the merges.
    val text = "ab ab12"
    val cases = Seq(
      "smollm" -> Seq(6, 10, 8, 9),
      "gpt-2" -> Seq(6, 10, 11),
      "qwen2" -> Seq(6, 10, 8, 9),
      "llama-bpe" -> Seq(6, 10, 11),
      "dbrx" -> Seq(6, 10, 11),
      "gpt-4o" -> Seq(6, 10, 11),
      "tekken" -> Seq(6, 10, 8, 9),
      "default" -> Seq(6, 10, 11)
    )
    cases.foreach { case (pre, ids) =>
      val metadata = withMetadata(
        "tokenizer.ggml.pre" -> GgufBytes.text(pre),
        "tokenizer.ggml.add_bos_token" -> flag(pre == "gpt-2"),
        "tokenizer.ggml.tokens" -> texts(tokens.updated(11, "12")),
        "tokenizer.ggml.token_type" -> i32s(Seq(3, 3, 3, 4, 1, 1, 1, 1, 1, 1, 1, 1)),
        "tokenizer.ggml.merges" -> texts(Seq("a b", "Ġ ab", "1 2"))
      )
      val json = opened(ggufFile(gguf(metadata)))(_.tokenizer.tokenizerJson)
      org.codeaudit.token.BpeTokenizer.parse(json).close() // its expressions are safe
      val tokenizer = ai.djl.huggingface.tokenizers.HuggingFaceTokenizer.newInstance(
        new java.io.ByteArrayInputStream(json.getBytes("UTF-8")),
        java.util.Map.of[String, String]()
      )
      try {
        assert(tokenizer.encode(text, false, false).getIds.toSeq === ids, pre)
        val withBegin = tokenizer.encode(text, true, false).getIds.toSeq
        assert(withBegin === (if (pre == "gpt-2") 1L +: ids.map(_.toLong) else ids), pre)
      } finally tokenizer.close()
    }
  }

  private def bytes(metadata: (String, Value)*) = gguf(withMetadata(metadata: _*))

  private def tensor(name: String)(change: Tensor => Tensor) =
    gguf(tensors = ggufTensors().map(t => if (t.name == name) change(t) else t))

  private def patched(at: Int, replacement: Array[Byte]) =
    gguf().patch(at, replacement, replacement.length)

  private val norm = "output_norm.weight"

  private val bad = Seq[(String, () => Array[Byte], String, Seq[String])](
    ("an empty file", () => Array(), "CHECKPOINT_TRUNCATED", Nil),
    (
      "no GGUF",
      () => "PK\u0003\u0004 something".getBytes,
      "CHECKPOINT_HEADER_INVALID",
      Seq("GGUF")
    ),
    ("version 1", () => patched(4, int(1)), "CHECKPOINT_UNSUPPORTED", Seq("version 1")),
    ("big-endian", () => patched(4, int(3 << 24)), "CHECKPOINT_UNSUPPORTED", Seq("big-endian")),
    ("2^62 tensors", () => patched(8, long(1L << 62)), "CHECKPOINT_HEADER_INVALID", Seq("tensors")),
    ("-1 entries", () => patched(16, long(-1)), "CHECKPOINT_HEADER_INVALID", Seq("entries")),
    (
      "a key of 2^40 bytes",
      () => patched(24, long(1L << 40)),
      "CHECKPOINT_HEADER_INVALID",
      Seq("string")
    ),
    (
      "an array of 2^50",
      () => GgufBytes.file(Seq("a" -> Value(9, int(5) ++ long(1L << 50))), Nil),
      "CHECKPOINT_HEADER_INVALID",
      Seq("array elements")
    ),
    (
      "more numbers than any model has, and all of them there",
      () => {
        val many = int(0) ++ long(5L << 20) ++ Array.fill[Byte](5 << 20)(-1)
        GgufBytes.file(Seq("a" -> Value(9, many), "b" -> Value(9, many)), Nil)
      },
      "CHECKPOINT_HEADER_INVALID",
      Seq("10485762")
    ),
    (
      "arrays nested deeper than sense",
      () => GgufBytes.file(Seq("a" -> Value(9, Array.fill(50)(int(9) ++ long(1)).flatten)), Nil),
      "CHECKPOINT_HEADER_INVALID",
      Seq("nests")
    ),
    (
      "an unknown metadata type",
      () => GgufBytes.file(Seq("a" -> Value(13, int(0))), Nil),
      "CHECKPOINT_HEADER_INVALID",
      Seq("13")
    ),
    (
      "a key twice",
      () => GgufBytes.file(Seq("a" -> u32(1), "a" -> u32(1)), Nil),
      "CHECKPOINT_HEADER_INVALID",
      Seq("twice")
    ),
    (
      "an alignment of 24",
      () => bytes("general.alignment" -> u32(24)),
      "CHECKPOINT_HEADER_INVALID",
      Seq("24")
    ),
    ("a truncated tensor", () => gguf().dropRight(1), "CHECKPOINT_TRUNCATED", Seq("tensor")),
    (
      "an unaligned tensor",
      () => tensor(norm)(_.copy(offset = Some(3))),
      "CHECKPOINT_HEADER_INVALID",
      Seq(norm)
    ),
    (
      "an offset of 2^63",
      () => tensor(norm)(_.copy(offset = Some(Long.MinValue))),
      "CHECKPOINT_HEADER_INVALID",
      Seq(norm)
    ),
    (
      "an offset outside",
      () => tensor(norm)(_.copy(offset = Some(1L << 40))),
      "CHECKPOINT_TRUNCATED",
      Seq(norm)
    ),
    (
      "overlapping tensors",
      () => tensor(norm)(_.copy(offset = Some(0))),
      "CHECKPOINT_HEADER_INVALID",
      Seq(norm, "overlap")
    ),
    (
      "a product that overflows",
      () => tensor(norm)(_.copy(shape = Seq(1L << 40, 1L << 40))),
      "CHECKPOINT_HEADER_INVALID",
      Seq(norm)
    ),
    (
      "a negative size",
      () => tensor(norm)(_.copy(shape = Seq(-64))),
      "CHECKPOINT_HEADER_INVALID",
      Seq(norm)
    ),
    (
      "nine dimensions",
      () => tensor(norm)(_.copy(shape = Seq.fill(9)(1L))),
      "CHECKPOINT_HEADER_INVALID",
      Seq(norm, "9 dimensions")
    ),
    (
      "rows that are no whole blocks",
      () => tensor("blk.0.ffn_up.weight")(_.copy(kind = 12)),
      "CHECKPOINT_HEADER_INVALID",
      Seq("ffn_up", "256")
    ),
    (
      "a quantised norm",
      () => tensor(norm)(_.copy(kind = 8)),
      "CHECKPOINT_HEADER_INVALID",
      Seq(norm)
    ),
    (
      "an unsupported type",
      () => tensor(norm)(_.copy(kind = 16)),
      "CHECKPOINT_UNSUPPORTED",
      Seq(norm, "IQ2_XXS", "Q6_K")
    ),
    (
      "an unknown type",
      () => tensor(norm)(_.copy(kind = 99)),
      "CHECKPOINT_UNSUPPORTED",
      Seq(norm, "number 99")
    ),
    (
      "a tensor twice",
      () => gguf(tensors = ggufTensors() :+ ggufTensors().last),
      "CHECKPOINT_HEADER_INVALID",
      Seq("twice")
    ),
    (
      "an unknown architecture",
      () => bytes("general.architecture" -> text("mamba")),
      "CHECKPOINT_UNSUPPORTED",
      Seq("mamba", "qwen3")
    ),
    (
      "no architecture",
      () => bytes("general.architecture" -> null),
      "CHECKPOINT_CONFIG_INVALID",
      Seq("general.architecture")
    ),
    (
      "no layers named",
      () => bytes("llama.block_count" -> null),
      "CHECKPOINT_CONFIG_INVALID",
      Seq("llama.block_count")
    ),
    (
      "layers as text",
      () => bytes("llama.block_count" -> text("2")),
      "CHECKPOINT_CONFIG_INVALID",
      Seq("llama.block_count")
    ),
    (
      "no heads",
      () => bytes("llama.attention.head_count" -> u32(0)),
      "CHECKPOINT_CONFIG_INVALID",
      Seq("heads")
    ),
    (
      "heads per layer",
      () => bytes("llama.attention.head_count_kv" -> i32s(Seq(2, 2))),
      "CHECKPOINT_CONFIG_INVALID",
      Seq("head_count_kv")
    ),
    (
      "a layer too many in the metadata",
      () => bytes("llama.block_count" -> u32(3)),
      "CHECKPOINT_TENSORS_MISMATCH",
      Seq("model.layers.2.input_layernorm.weight", "4 more")
    ),
    (
      "a layer too few in the metadata",
      () => bytes("llama.block_count" -> u32(1)),
      "CHECKPOINT_TENSORS_MISMATCH",
      Seq("model.layers.1.")
    ),
    (
      "no embedding",
      () => gguf(tensors = ggufTensors().filterNot(_.name.startsWith("token"))),
      "CHECKPOINT_TENSORS_MISMATCH",
      Seq("token_embd.weight")
    ),
    (
      "an unknown tensor of a layer",
      () => tensor("blk.0.ffn_up.weight")(_.copy(name = "blk.0.x")),
      "CHECKPOINT_TENSORS_MISMATCH",
      Seq("model.layers.0.mlp.up_proj.weight", "layers.0.x")
    ),
    (
      "yarn without factor",
      () => bytes("llama.rope.scaling.type" -> text("yarn")),
      "CHECKPOINT_CONFIG_INVALID",
      Seq("llama.rope.scaling.factor")
    ),
    (
      "yarn with an unknown mixture",
      () =>
        bytes(
          "llama.rope.scaling.type" -> text("yarn"),
          "llama.rope.scaling.factor" -> f32(4),
          "llama.rope.scaling.yarn_ext_factor" -> f32(0.5f)
        ),
      "CHECKPOINT_UNSUPPORTED",
      Seq("ext_factor of 0.5")
    ),
    (
      "longrope",
      () => bytes("llama.rope.scaling.type" -> text("longrope")),
      "CHECKPOINT_UNSUPPORTED",
      Seq("longrope")
    ),
    (
      "a window that is shorter than the context",
      () => bytes("llama.attention.sliding_window" -> u32(127)),
      "CHECKPOINT_UNSUPPORTED",
      Seq("sliding_window 127 within a context of 128")
    ),
    (
      "a Phi that does not say whether it has a window",
      () => gguf(ggufMetadata(Family.PHI3)),
      "CHECKPOINT_CONFIG_INVALID",
      Seq("phi3.attention.sliding_window")
    ),
    (
      "fused projections that are not there",
      () => gguf(ggufMetadata(Family.PHI3) :+ ("phi3.attention.sliding_window" -> u32(0))),
      "CHECKPOINT_TENSORS_MISMATCH",
      Seq("model.layers.0.mlp.gate_up_proj.weight is [96, 64] but should be [192, 64]")
    ),
    (
      "rotary factors for short contexts alone",
      () =>
        gguf(tensors =
          ggufTensors() :+ Tensor(
            "rope_factors_short.weight",
            0,
            Seq(8),
            SafetensorsBytes.f32("", Seq(8), Seq.fill(8)(1f)).data
          )
        ),
      "CHECKPOINT_TENSORS_MISMATCH",
      Seq("rope_factors_long.weight is missing but should be [8]")
    ),
    (
      "qwen3next",
      () => bytes("general.architecture" -> text("qwen3next")),
      "CHECKPOINT_UNSUPPORTED",
      Seq("qwen3next", "safetensors")
    ),
    (
      "linear scaling",
      () => bytes("llama.rope.scaling.factor" -> f32(4)),
      "CHECKPOINT_UNSUPPORTED",
      Seq("linear", "4.0")
    ),
    (
      "part of a head rotated",
      () => bytes("llama.rope.dimension_count" -> u32(8)),
      "CHECKPOINT_UNSUPPORTED",
      Seq("rotated")
    ),
    (
      "experts",
      () => bytes("llama.expert_count" -> u32(8)),
      "CHECKPOINT_UNSUPPORTED",
      Seq("experts")
    ),
    (
      "a part of several files",
      () => bytes("split.count" -> Value(2, Array[Byte](3, 0))),
      "CHECKPOINT_UNSUPPORTED",
      Seq("split")
    )
  )

  bad.foreach { case (name, make, errorClass, named) =>
    test(s"refused with $errorClass: $name") {
      val path = ggufFile(make())
      val error = intercept[AuditException](Checkpoints.open(path))
      assert(error.errorClass.name === errorClass, error.getMessage)
      (named :+ path.toString).foreach(t => assert(error.getMessage.contains(t), error.getMessage))
    }
  }

  test("rotary factors of an unknown kind are refused") {
    Seq(Seq.fill(8)(2f), divisors(8).updated(7, Float.NaN), divisors(8).take(7)).foreach { values =>
      val error = intercept[AuditException](Checkpoints.open(withRopeFactors(values)))
      assert(error.getMessage.contains("rope_freqs.weight"))
    }
  }

  test("a folder of several GGUF files and no config.json is refused with their names") {
    val file = ggufFile(gguf())
    Files.copy(file, file.resolveSibling("other.gguf"))
    val error = intercept[AuditException](Checkpoints.open(file.getParent))
    assert(error.errorClass.name === "CHECKPOINT_NOT_FOUND")
    assert(error.getMessage.contains("[model.gguf, other.gguf]"))
  }

  test("a tokenizer with scores that no merges can follow is an error when it is asked for") {
    val pieces = Seq("<s>", "</s>") ++ (0 until 256).map(b => f"<0x$b%02X>") ++
      Seq("▁", "a", "b", "ab", "ba")
    def file(tokens: Seq[String], scores: Seq[Float], more: (String, Value)*) = {
      val types = tokens.map(t => if (t.startsWith("<0x")) 6 else if (t.startsWith("<")) 3 else 1)
      val settings = Seq(
        "tokenizer.ggml.model" -> text("llama"),
        "tokenizer.ggml.tokens" -> texts(tokens),
        "tokenizer.ggml.scores" -> f32s(scores),
        "tokenizer.ggml.token_type" -> i32s(types)
      ) ++ more
      val rows = ggufTensors().map { tensor =>
        if (!tensor.name.startsWith("token")) tensor
        else {
          val shape = Seq[scala.Long](300, 64)
          tensor.copy(shape = shape, data = SafetensorsBytes.f32("", shape, values(shape)).data)
        }
      }
      ggufFile(gguf(withMetadata(settings: _*), rows))
    }
    val scores = pieces.indices.map(-_.toFloat)
    opened(file(pieces, scores)) { checkpoint =>
      val json = JsonDocument.JSON.readTree(checkpoint.tokenizer.tokenizerJson)
      assert(json.at("/model/merges").toString === """[["a","b"],["b","a"]]""")
    }
    val trims = "tokenizer.ggml.remove_extra_whitespaces" -> flag(true)
    Seq(
      file(pieces, scores.dropRight(1)) -> "262 scores",
      file(pieces, scores.updated(262, scores(261))) -> "same score",
      file(pieces.updated(259, "c"), scores) -> "a character that is none by itself",
      file(pieces.updated(12, "x"), scores) -> "no token for the byte 10",
      file(pieces, scores, trims) -> "changes texts"
    ).foreach { case (path, named) =>
      opened(path) { checkpoint =>
        val error = intercept[AuditException](checkpoint.tokenizer)
        assert(error.errorClass.name === "CHECKPOINT_TOKENIZER_INVALID")
        assert(error.getMessage.contains(named), error.getMessage)
      }
    }
  }

  test("a tokenizer that cannot be rebuilt is an error when it is asked for") {
    val merges = "tokenizer.ggml.merges"
    val cases = Seq[(String, Value, String, String)](
      ("tokenizer.ggml.model", null, "CHECKPOINT_TOKENIZER_MISSING", "tokenizer.ggml.model"),
      ("tokenizer.ggml.model", text("bert"), "CHECKPOINT_TOKENIZER_INVALID", "gpt2 and llama"),
      ("tokenizer.ggml.model", text("llama"), "CHECKPOINT_TOKENIZER_INVALID", "0 scores"),
      ("tokenizer.ggml.pre", text("viking"), "CHECKPOINT_TOKENIZER_INVALID", "viking"),
      ("tokenizer.ggml.pre", null, "CHECKPOINT_TOKENIZER_INVALID", "absent"),
      (merges, null, "CHECKPOINT_TOKENIZER_INVALID", "merges"),
      (merges, texts(Seq("a zz")), "CHECKPOINT_TOKENIZER_INVALID", "a zz"),
      (merges, texts(Seq("ab")), "CHECKPOINT_TOKENIZER_INVALID", "merge 0"),
      ("tokenizer.ggml.token_type", i32s(Seq(1)), "CHECKPOINT_TOKENIZER_INVALID", "token types"),
      (
        "tokenizer.ggml.tokens",
        texts(tokens.updated(5, "a")),
        "CHECKPOINT_TOKENIZER_INVALID",
        "same text"
      ),
      ("tokenizer.ggml.tokens", texts(tokens :+ "x"), "CHECKPOINT_TOKENIZER_INVALID", "12 rows"),
      ("tokenizer.ggml.bos_token_id", u32(99), "CHECKPOINT_TOKENIZER_INVALID", "99")
    )
    cases.foreach { case (key, value, errorClass, named) =>
      opened(ggufFile(bytes(key -> value))) { checkpoint =>
        val error = intercept[AuditException](checkpoint.tokenizer)
        assert(error.errorClass.name === errorClass, key)
        assert(error.getMessage.contains(named), error.getMessage)
      }
    }
  }
}
