package org.codeaudit.checkpoint

import java.nio.FloatBuffer
import java.nio.file.{Files, Path}
import org.codeaudit.checkpoint.config.{ExpectedTensors, ModelConfig}
import org.codeaudit.checkpoint.config.ModelConfig.Family
import org.codeaudit.checkpoint.file.JsonDocument

/** Models of a few thousand numbers in both file formats. Every number tells where it belongs. */
object SmallModels {
  val Hidden = 64
  val Layers = 2
  val Heads = 4
  val KeyValueHeads = 2
  val HeadSize = 16
  val Vocabulary = 12

  val config: String =
    """{
      "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu",
      "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
      "num_key_value_heads": 2, "intermediate_size": 96, "vocab_size": 12,
      "max_position_embeddings": 128, "rms_norm_eps": 1e-05, "rope_theta": 10000.0,
      "tie_word_embeddings": true, "torch_dtype": "float32", "eos_token_id": 2
    }"""

  def model(family: Family = Family.LLAMA): ModelConfig =
    new ModelConfig(
      family,
      Hidden,
      Layers,
      Heads,
      KeyValueHeads,
      HeadSize,
      96,
      Vocabulary,
      128,
      10000.0,
      java.util.Optional.empty(),
      1e-5,
      true,
      family == Family.QWEN2
    )

  def shapes(family: Family = Family.LLAMA): Seq[(String, Seq[Long])] = {
    import scala.jdk.CollectionConverters._
    ExpectedTensors.of(model(family)).asScala.toSeq.map { case (name, shape) =>
      name -> shape.asScala.toSeq.map(_.longValue)
    }
  }

  /** Numbers that brain floats hold exactly: the row, and the column's last three bits. */
  def values(shape: Seq[Long]): Seq[Float] = {
    val width = if (shape.size < 2) 1 else shape.last.toInt
    for (row <- 0 until shape.head.toInt; column <- 0 until width)
      yield (row % 32) + (column % 8) / 8f
  }

  def entries(family: Family = Family.LLAMA): Seq[SafetensorsBytes.Entry] =
    shapes(family).map { case (name, shape) => SafetensorsBytes.f32(name, shape, values(shape)) }

  private def fused(name: String, rows: Long) =
    SafetensorsBytes.f32(name, Seq(rows, Hidden), values(Seq(rows, Hidden)))

  /** The weights as Phi's files have them: several projections of a layer in one matrix. */
  lazy val fusedEntries: Seq[SafetensorsBytes.Entry] =
    entries().filterNot(_.name.matches(".*[qkv]_proj.weight|.*(gate|up)_proj.weight")) ++
      (0 until Layers).flatMap { layer =>
        Seq(
          fused(s"model.layers.$layer.self_attn.qkv_proj.weight", 128),
          fused(s"model.layers.$layer.mlp.gate_up_proj.weight", 192)
        )
      }

  val phi3: Seq[(String, String)] =
    Seq("architectures" -> """["Phi3ForCausalLM"]""", "model_type" -> "\"phi3\"")

  /** A folder with the files that are given, over those of the small Llama model. */
  def folder(files: (String, Array[Byte])*): Path = {
    val folder = Files.createTempDirectory("checkpoint")
    val all = Map(
      "config.json" -> config.getBytes,
      "model.safetensors" -> SafetensorsBytes.file(entries())
    ) ++ files
    all.foreach { case (name, bytes) =>
      if (bytes != null) Files.write(folder.resolve(name), bytes)
    }
    folder
  }

  /** The configuration with keys added or replaced; {@code null} removes one. */
  def configWith(changes: (String, String)*): Array[Byte] = {
    val node = JsonDocument.JSON
      .readTree(config)
      .asInstanceOf[com.fasterxml.jackson.databind.node.ObjectNode]
    changes.foreach {
      case (key, null) => node.remove(key)
      case (key, json) =>
        node.set[com.fasterxml.jackson.databind.JsonNode](
          key,
          JsonDocument.JSON.readTree(json)
        )
    }
    node.toString.getBytes
  }

  /** The same model as GGUF: other names, and interleaved rows where the architecture is llama. */
  def ggufTensors(family: Family = Family.LLAMA): Seq[GgufBytes.Tensor] =
    shapes(family).map { case (name, shape) =>
      val rows = values(shape).grouped(if (shape.size < 2) 1 else shape.last.toInt).toIndexedSeq
      val rotary = family == Family.LLAMA && name.matches(".*[qk]_proj.weight")
      val stored =
        if (!rotary) rows
        else
          rows
            .grouped(HeadSize)
            .flatMap { head =>
              val (first, second) = head.splitAt(HeadSize / 2)
              first.zip(second).flatMap { case (a, b) => Seq(a, b) }
            }
            .toIndexedSeq
      GgufBytes.Tensor(
        ggufName(name),
        0,
        shape,
        SafetensorsBytes.f32(name, shape, stored.flatten).data
      )
    }

  private val names = Seq(
    "model.layers." -> "blk.",
    "self_attn.q_proj" -> "attn_q",
    "self_attn.k_proj" -> "attn_k",
    "self_attn.v_proj" -> "attn_v",
    "self_attn.o_proj" -> "attn_output",
    "self_attn.q_norm" -> "attn_q_norm",
    "self_attn.k_norm" -> "attn_k_norm",
    "post_attention_layernorm" -> "ffn_norm",
    "input_layernorm" -> "attn_norm",
    "mlp.gate_proj" -> "ffn_gate",
    "mlp.up_proj" -> "ffn_up",
    "mlp.down_proj" -> "ffn_down",
    "model.embed_tokens" -> "token_embd",
    "model.norm" -> "output_norm"
  )

  def ggufName(name: String): String =
    names.foldLeft(name) { case (text, (from, to)) => text.replace(from, to) }

  val tokens: Seq[String] =
    Seq(
      "<|endoftext|>",
      "<|im_start|>",
      "<|im_end|>",
      "<tool>",
      "a",
      "b",
      "ab",
      "Ġ",
      "1",
      "2",
      "Ġab",
      "[PAD]"
    )

  def ggufMetadata(family: Family = Family.LLAMA): Seq[(String, GgufBytes.Value)] = {
    import GgufBytes._
    val name = family.name.toLowerCase
    Seq(
      "general.architecture" -> text(name),
      s"$name.block_count" -> u32(Layers),
      s"$name.context_length" -> u32(128),
      s"$name.embedding_length" -> u32(Hidden),
      s"$name.feed_forward_length" -> u32(96),
      s"$name.attention.head_count" -> u32(Heads),
      s"$name.attention.head_count_kv" -> u32(KeyValueHeads),
      s"$name.attention.layer_norm_rms_epsilon" -> f32(1e-5f),
      s"$name.rope.freq_base" -> f32(10000f),
      "tokenizer.ggml.model" -> text("gpt2"),
      "tokenizer.ggml.pre" -> text("smollm"),
      "tokenizer.ggml.tokens" -> texts(tokens),
      "tokenizer.ggml.token_type" -> i32s(Seq(3, 3, 3, 4, 1, 1, 1, 1, 1, 1, 1, 5)),
      "tokenizer.ggml.merges" -> texts(Seq("a b", "Ġ ab")),
      "tokenizer.ggml.bos_token_id" -> u32(1),
      "tokenizer.ggml.eos_token_id" -> u32(2),
      "tokenizer.chat_template" -> text("{{ messages }}")
    )
  }

  def gguf(
      metadata: Seq[(String, GgufBytes.Value)] = ggufMetadata(),
      tensors: Seq[GgufBytes.Tensor] = ggufTensors()
  ): Array[Byte] = GgufBytes.file(metadata, tensors)

  def ggufFile(bytes: Array[Byte]): Path =
    Files.write(Files.createTempDirectory("checkpoint").resolve("model.gguf"), bytes)

  /** A whole tensor. */
  def read(checkpoint: Checkpoint, name: String): Array[Float] = {
    val tensor = checkpoint.tensors.get(name)
    val values = new Array[Float](tensor.elements.toInt)
    checkpoint.read(tensor, 0, tensor.shape.get(0), FloatBuffer.wrap(values))
    values
  }
}
