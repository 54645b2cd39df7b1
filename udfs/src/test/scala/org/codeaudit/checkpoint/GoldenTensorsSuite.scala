package org.codeaudit.checkpoint
import java.nio.file.{Files, Path}
import java.nio.{ByteBuffer, ByteOrder, FloatBuffer}
import java.util.Base64

import scala.jdk.CollectionConverters._
import scala.util.Using

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer
import org.codeaudit.{AuditException, OptIn}
import org.codeaudit.checkpoint.config.ModelConfig
import org.codeaudit.checkpoint.file.JsonDocument
import org.codeaudit.checkpoint.gguf.GgufFile
import org.codeaudit.checkpoint.tensor.{TensorInfo, TensorReader, TensorType}
import org.codeaudit.token.BpeTokenizer
import org.scalatest.funsuite.AnyFunSuite

/** Compares with what other programs read from the same files. */
class GoldenTensorsSuite extends AnyFunSuite {
  private val golden =
    Path.of(sys.props.getOrElse("codeaudit.root", "..")).resolve("data").resolve("golden")
  private val gguf = golden.resolve("gguf")

  private def floats(base64: String): Array[Float] = {
    val bytes = ByteBuffer.wrap(Base64.getDecoder.decode(base64)).order(ByteOrder.LITTLE_ENDIAN)
    Array.fill(bytes.remaining / 4)(bytes.getFloat)
  }

  private val expected =
    JsonDocument.JSON.readTree(gguf.resolve("types.expected.json").toFile).path("tensors")
  private lazy val stored =
    GgufFile.read(gguf.resolve("types.gguf")).tensors.asScala.map(t => t.name -> t).toMap

  private val types =
    TensorType.values.filter(t => t.plain || t.name.matches("Q\\d_.*")).toSeq

  test("every type of tensor has a golden one") {
    assert(stored.values.map(_.`type`).toSet === types.toSet)
    assert(expected.fieldNames.asScala.toSet === stored.keySet)
  }

  types.foreach { kind =>
    test(s"$kind decodes to the golden numbers, whole and from a middle row") {
      val tensor = stored.values.find(_.`type` == kind).get
      val numbers = floats(expected.path(tensor.name).path("values").asText)
      val width = tensor.shape.get(1).toInt
      assert(numbers.length === tensor.elements)
      Seq(0L -> tensor.shape.get(0).toLong, 2L -> 1L).foreach { case (first, rows) =>
        val values = new Array[Float]((rows * width).toInt)
        new TensorReader(tensor, 16).read(first, rows, FloatBuffer.wrap(values))
        values.indices.foreach { i =>
          assert(values(i) === numbers((first * width).toInt + i), s"number $i from row $first")
        }
      }
    }
  }

  test("a tensor of another type is named") {
    val error = intercept[AuditException](Checkpoints.open(gguf.resolve("unsupported.gguf")))
    assert(error.errorClass.name === "CHECKPOINT_UNSUPPORTED")
    assert(error.getMessage.contains("exotic") && error.getMessage.contains("IQ2_XXS"))
  }

  test("the GGUF file of a llama holds the tensors of its folder, rows in the same order") {
    Using.resources(
      Checkpoints.open(golden.resolve("llama-tiny")),
      Checkpoints.open(gguf.resolve("llama-tiny-f16.gguf"))
    ) { (folder, file) =>
      assert(file.config === folder.config)
      assert(file.tensors.keySet === folder.tensors.keySet)
      assert(
        file.tensors.values.asScala
          .count(_.rowOrder == TensorInfo.RowOrder.INTERLEAVED) === 6
      )
      folder.tensors.keySet.asScala.foreach { name =>
        val original = SmallModels.read(folder, name)
        val halves = SmallModels.read(file, name)
        original.indices.foreach { i =>
          val bound = math.max(math.abs(original(i)) / 2048, 1e-7f)
          assert(math.abs(original(i) - halves(i)) <= bound, s"$name[$i]")
        }
      }
    }
  }

  test("single interleaved rows are those of the whole tensor") {
    Using.resource(Checkpoints.open(gguf.resolve("llama-tiny-f16.gguf"))) { file =>
      val tensor = file.tensors.get("model.layers.1.self_attn.q_proj.weight")
      val whole = SmallModels.read(file, tensor.name)
      val width = tensor.shape.get(1).toInt
      Seq(0L -> 1L, 7L -> 2L, 8L -> 1L, 15L -> 3L, 94L -> 2L).foreach { case (first, rows) =>
        val part = new Array[Float]((rows * width).toInt)
        file.read(tensor, first, rows, FloatBuffer.wrap(part))
        val from = (first * width).toInt
        assert(part.toSeq === whole.slice(from, from + part.length).toSeq)
      }
    }
  }

  test("the GGUF file of a mixture of experts holds the tensors of its folder, one by one") {
    Using.resources(
      Checkpoints.open(golden.resolve("qwen3-moe-yarn-tiny")),
      Checkpoints.open(gguf.resolve("qwen3-moe-yarn-tiny-f16.gguf"))
    ) { (folder, file) =>
      assert(file.config.experts === folder.config.experts)
      assert(file.config.rotarySize === folder.config.rotarySize)
      val Seq(stored, original) = Seq(file, folder)
        .map(_.config.ropeScaling.get.asInstanceOf[ModelConfig.YarnRopeScaling])
      // The file has the factor divided by the paper's, as a 32-bit float.
      assert(math.abs(stored.attentionFactor - original.attentionFactor) < 1e-6)
      assert(stored.betaSlow === 0.5 && stored.betaFast === 8.0)
      assert(stored.originalContextLength === original.originalContextLength)
      assert(file.config.contextLength === folder.config.contextLength)
      assert(file.tensors.keySet === folder.tensors.keySet)
      folder.tensors.keySet.asScala.foreach { name =>
        val numbers = SmallModels.read(folder, name)
        val halves = SmallModels.read(file, name)
        numbers.indices.foreach { i =>
          val bound = math.max(math.abs(numbers(i)) / 2048, 1e-7f)
          assert(math.abs(numbers(i) - halves(i)) <= bound, s"$name[$i]")
        }
      }
    }
  }

  test("experts of quantised blocks are those of the folder within their rounding") {
    Using.resources(
      Checkpoints.open(golden.resolve("qwen3-moe-tiny")),
      Checkpoints.open(gguf.resolve("qwen3-moe-tiny-q8_0.gguf"))
    ) { (folder, file) =>
      assert(file.tensors.keySet === folder.tensors.keySet)
      val experts = file.tensors.values.asScala.filter(_.name.contains(".experts."))
      assert(experts.size === 3 * 3 * 8 && experts.forall(_.`type` == TensorType.Q8_0))
      experts.map(_.name).foreach { name =>
        val original = SmallModels.read(folder, name).grouped(32).toSeq
        val blocks = SmallModels.read(file, name).grouped(32).toSeq
        original.zip(blocks).foreach { case (numbers, block) =>
          val step = numbers.map(math.abs).max / 127
          numbers.indices
            .foreach(i => assert(math.abs(numbers(i) - block(i)) <= step * 0.57f, name))
        }
        val row = new Array[Float](original.length * 32 / file.tensors.get(name).shape.get(0).toInt)
        file.read(file.tensors.get(name), 5, 1, FloatBuffer.wrap(row))
        assert(row.toSeq === blocks.flatten.slice(5 * row.length, 6 * row.length), name)
      }
    }
  }

  private val pairs = Seq(
    "llama-tiny" -> "llama-tiny-f16.gguf",
    "qwen2-tiny" -> "qwen2-tiny-q4_0.gguf",
    "qwen3-tiny" -> "qwen3-tiny-q8_0.gguf",
    "qwen3-moe-tiny" -> "qwen3-moe-tiny-q8_0.gguf"
  )

  pairs.foreach { case (folderName, fileName) =>
    test(s"$fileName has the configuration and the end tokens of its folder") {
      Using.resources(
        Checkpoints.open(golden.resolve(folderName)),
        Checkpoints.open(gguf.resolve(fileName))
      ) { (folder, file) =>
        assert(file.config === folder.config)
        val missing = folder.generationDefaults.endTokens.asScala.toSet --
          file.generationDefaults.endTokens.asScala
        assert(missing.isEmpty)
        assert(file.revision !== folder.revision)
      }
    }

    test(s"the tokenizer rebuilt from $fileName makes the tokens of the original") {
      Using.resources(
        Checkpoints.open(golden.resolve(folderName)),
        Checkpoints.open(gguf.resolve(fileName))
      ) { (folder, file) =>
        Using.resources(tokenizer(folder), tokenizer(file)) { (original, rebuilt) =>
          samples.foreach { case (name, text) =>
            val ids = original.encode(text, false, false).getIds
            assert(rebuilt.encode(text, false, false).getIds.toSeq === ids.toSeq, name)
            assert(rebuilt.decode(ids) === original.decode(ids), name)
          }
        }
        val special = folder.tokenizer.specialTokens.asScala
        file.tokenizer.specialTokens.asScala.foreach { case (name, text) =>
          special.get(name).foreach(expected => assert(text === expected, name))
        }
        assert(file.tokenizer.chatTemplate === folder.tokenizer.chatTemplate)
      }
    }
  }

  test("a tokenizer rebuilt from scores makes the tokens of sentencepiece") {
    val tokens = JsonDocument.JSON.readTree(gguf.resolve("mistral-tiny-q8_0.tokens.json").toFile)
    Using.resource(Checkpoints.open(gguf.resolve("mistral-tiny-q8_0.gguf"))) { file =>
      Using.resource(BpeTokenizer.parse(file.tokenizer.tokenizerJson)) { rebuilt =>
        tokens.path("cases").elements.asScala.foreach { one =>
          val text = one.path("text").asText
          val ids = one.path("ids").elements.asScala.map(_.asInt).toSeq
          assert(rebuilt.encode(text).toSeq === ids, one.path("name").asText)
          assert(rebuilt.decode(ids.toArray) === text.replace('▁', ' '), one.path("name").asText)
        }
      }
      assert(file.tokenizer.specialTokens.get("bos_token") === "<s>")
      assert(file.generationDefaults.endTokens.asScala === Seq(2))
    }
  }

  test("the GGUF file of a Phi holds the tensors of its folder, and its settings") {
    Using.resources(
      Checkpoints.open(golden.resolve("phi3-tiny")),
      Checkpoints.open(gguf.resolve("phi3-tiny-q8_0.gguf"))
    ) { (folder, file) =>
      assert(
        file.tensors.keySet.asScala.filter(_.startsWith("model.layers.")) ===
          folder.tensors.keySet.asScala.filter(_.startsWith("model.layers."))
      )
      // The file has 32-bit floats.
      val Seq(stored, original) = Seq(file, folder).map { each =>
        val rope = each.config.ropeScaling.get.asInstanceOf[ModelConfig.LongRopeScaling]
        val factors = rope.shortFactors.asScala ++ rope.longFactors.asScala
        factors.map(_.doubleValue).toSeq :+ rope.attentionFactor
      }
      for ((one, other) <- stored.zip(original)) assert(math.abs(one - other) < 1e-6)
      // That control tokens take white space beside them is not in the file.
      Using.resources(
        BpeTokenizer.parse(folder.tokenizer.tokenizerJson),
        BpeTokenizer.parse(file.tokenizer.tokenizerJson)
      ) { (original, rebuilt) =>
        samples.foreach { case (name, text) =>
          assert(rebuilt.encode(text).toSeq === original.encode(text).toSeq, name)
        }
        assert(rebuilt.control("<|im_sep|>") === original.control("<|im_sep|>"))
      }
      assert(file.generationDefaults.endTokens.asScala === Seq(1000, 1003))
      assert(file.config.contextLength === 512 && folder.config.contextLength === 512)
      assert(file.config.rotarySize === 12 && file.config.family === folder.config.family)
      for (part <- Seq("self_attn.q_proj", "self_attn.v_proj", "mlp.gate_proj", "mlp.up_proj")) {
        val name = s"model.layers.2.$part.weight"
        val numbers = SmallModels.read(folder, name)
        val blocks = SmallModels.read(file, name)
        numbers.indices.grouped(32).foreach { block =>
          val step = block.map(i => math.abs(numbers(i))).max / 127
          block.foreach(i => assert(math.abs(numbers(i) - blocks(i)) <= step * 0.57f, name))
        }
      }
    }
  }

  private def tokenizer(checkpoint: Checkpoint): HuggingFaceTokenizer = {
    val json = checkpoint.tokenizer.tokenizerJson.getBytes("UTF-8")
    HuggingFaceTokenizer.newInstance(
      new java.io.ByteArrayInputStream(json),
      java.util.Map.of[String, String]()
    )
  }

  private lazy val samples: Seq[(String, String)] =
    Using.resource(Files.list(golden.resolve("corpus"))) {
      _.iterator.asScala.toSeq.sorted.map(f => f.getFileName.toString -> Files.readString(f))
    } :+ ("control tokens" -> "<|im_start|>user\n  e\u0301 12345\t\t<|im_end|>\r\n \n")

  test("a real model opens and all its tensors decode", OptIn) {
    val path = sys.env.getOrElse("CODE_AUDIT_GGUF", cancel("CODE_AUDIT_GGUF names no GGUF file"))
    Using.resource(Checkpoints.open(Path.of(path))) { checkpoint =>
      val largest = checkpoint.tensors.values.asScala.map(_.elements).max.toInt
      val buffer =
        ByteBuffer.allocateDirect(largest * 4).order(ByteOrder.nativeOrder).asFloatBuffer
      val start = System.nanoTime
      var bytes = 0L
      checkpoint.tensors.values.asScala.foreach { tensor =>
        checkpoint.read(tensor, 0, tensor.shape.get(0), buffer.clear())
        bytes += tensor.elements * 4
        assert((0 until math.min(16, tensor.elements.toInt)).forall(i => buffer.get(i).isFinite))
      }
      val seconds = (System.nanoTime - start) / 1e9
      info(f"${seconds * 1000}%.0f ms, ${bytes / seconds / 1e9}%.2f GB/s of floats")
    }
  }
}
