package org.codeaudit.checkpoint
import java.nio.file.{Files, Path}

import org.codeaudit.AuditException
import org.codeaudit.checkpoint.SafetensorsBytes.{description, raw}
import org.codeaudit.checkpoint.SmallModels._
import org.scalatest.funsuite.AnyFunSuite

class HuggingFaceBadInputSuite extends AnyFunSuite {

  /** What is opened, the class of the error, and what its message must name. */
  private case class Bad(name: String, path: () => Path, errorClass: String, named: String*)

  private def config(name: String, errorClass: String, named: String*)(
      changes: (String, String)*
  ): Bad =
    Bad(
      name,
      () => folder("config.json" -> configWith(changes: _*)),
      errorClass,
      "config.json" +: named: _*
    )

  private def weights(name: String, errorClass: String, named: String*)(bytes: => Array[Byte]) =
    Bad(name, () => folder("model.safetensors" -> bytes), errorClass, named: _*)

  private def phi(name: String, errorClass: String, named: String*)(
      tensors: => Seq[SafetensorsBytes.Entry]
  ) = Bad(
    name,
    () =>
      folder(
        "config.json" -> configWith(phi3: _*),
        "model.safetensors" -> SafetensorsBytes.file(tensors)
      ),
    errorClass,
    named: _*
  )

  private def header(name: String, errorClass: String, named: String*)(json: String) =
    weights(name, errorClass, "model.safetensors" +: named: _*)(raw(json, new Array[Byte](64)))

  private def index(name: String, errorClass: String, named: String*)(json: String) =
    Bad(
      name,
      () => {
        val files = folder("model.safetensors.index.json" -> json.getBytes)
        Files.move(files.resolve("model.safetensors"), files.resolve("model-1.safetensors"))
        files
      },
      errorClass,
      named: _*
    )

  private val wrongTensors = entries().filterNot(_.name.endsWith("0.mlp.up_proj.weight")).map {
    case e if e.name == "model.norm.weight" =>
      SafetensorsBytes.f32(e.name, Seq(63), Seq.fill(63)(0f))
    case e => e
  } :+ SafetensorsBytes.f32("model.layers.1.self_attn.q_proj.bias", Seq(1), Seq(0f))

  private val cases = Seq(
    Bad("nothing there", () => Path.of("/nowhere/model"), "CHECKPOINT_NOT_FOUND", "/nowhere/model"),
    Bad(
      "an empty folder",
      () => Files.createTempDirectory("empty"),
      "CHECKPOINT_NOT_FOUND",
      "config.json"
    ),
    Bad(
      "a file that is no GGUF file",
      () => Files.createTempFile("model", ".bin"),
      "CHECKPOINT_NOT_FOUND",
      ".gguf"
    ),
    Bad(
      "no weights",
      () => folder("model.safetensors" -> null, "pytorch_model.bin" -> Array[Byte](1)),
      "CHECKPOINT_NOT_FOUND",
      "model.safetensors",
      "pytorch_model.bin"
    ),
    Bad(
      "config.json is no JSON",
      () => folder("config.json" -> "{\"a\":".getBytes),
      "CHECKPOINT_CONFIG_INVALID",
      "config.json"
    ),
    Bad(
      "config.json is a list",
      () => folder("config.json" -> "[]".getBytes),
      "CHECKPOINT_CONFIG_INVALID",
      "config.json"
    ),
    Bad(
      "config.json nests too deep",
      () => folder("config.json" -> ("{\"a\":" + "[" * 100000).getBytes),
      "CHECKPOINT_CONFIG_INVALID",
      "config.json"
    ),
    config(
      "unknown architecture",
      "CHECKPOINT_UNSUPPORTED",
      "MambaForCausalLM",
      "Qwen3ForCausalLM"
    )(
      "architectures" -> """["MambaForCausalLM"]"""
    ),
    config("no architecture", "CHECKPOINT_UNSUPPORTED", "LlamaForCausalLM")(
      "architectures" -> null,
      "model_type" -> null
    ),
    config("dynamic scaling", "CHECKPOINT_UNSUPPORTED", "dynamic", "llama3")(
      "rope_scaling" -> """{"rope_type":"dynamic","factor":4.0}"""
    ),
    config("linear by its old key", "CHECKPOINT_UNSUPPORTED", "linear")(
      "rope_scaling" -> """{"type":"linear","factor":4.0}"""
    ),
    config("llama3 without its factor", "CHECKPOINT_CONFIG_INVALID", "rope_scaling.factor")(
      "rope_scaling" -> """{"rope_type":"llama3"}"""
    ),
    config("part of a head rotated", "CHECKPOINT_UNSUPPORTED", "partial_rotary_factor")(
      "partial_rotary_factor" -> "0.5"
    ),
    config("sliding window", "CHECKPOINT_UNSUPPORTED", "sliding_window 100", "context of 128")(
      "architectures" -> """["Qwen2ForCausalLM"]""",
      "use_sliding_window" -> "true",
      "sliding_window" -> "100"
    ),
    config("the window of Mistral", "CHECKPOINT_UNSUPPORTED", "sliding_window 100")(
      "architectures" -> """["MistralForCausalLM"]""",
      "sliding_window" -> "100"
    ),
    config("the window of a silent Mistral", "CHECKPOINT_UNSUPPORTED", "sliding_window 4096")(
      "architectures" -> """["MistralForCausalLM"]""",
      "max_position_embeddings" -> "32768"
    ),
    config("the window of Phi", "CHECKPOINT_UNSUPPORTED", "no longer than the window")(
      phi3 :+ ("sliding_window" -> "127"): _*
    ),
    config("sliding layers", "CHECKPOINT_UNSUPPORTED", "layer_types")(
      "layer_types" -> """["full_attention","sliding_attention"]"""
    ),
    config("biased attention", "CHECKPOINT_UNSUPPORTED", "attention_bias")(
      "attention_bias" -> "true"
    ),
    config("biased feed-forward", "CHECKPOINT_UNSUPPORTED", "mlp_bias")("mlp_bias" -> "true"),
    config("another activation", "CHECKPOINT_UNSUPPORTED", "gelu")("hidden_act" -> "\"gelu\""),
    config("no hidden size", "CHECKPOINT_CONFIG_INVALID", "hidden_size")("hidden_size" -> null),
    config("hidden size is text", "CHECKPOINT_CONFIG_INVALID", "hidden_size")(
      "hidden_size" -> "\"64\""
    ),
    config("hidden size of 2^40", "CHECKPOINT_CONFIG_INVALID", "hidden_size")(
      "hidden_size" -> "1099511627776"
    ),
    config(
      "several wrong numbers at once",
      "CHECKPOINT_CONFIG_INVALID",
      "layers",
      "epsilon",
      "share"
    )(
      "num_hidden_layers" -> "2000000000",
      "rms_norm_eps" -> "0",
      "num_key_value_heads" -> "3"
    ),
    config("heads do not divide the width", "CHECKPOINT_CONFIG_INVALID", "64", "7")(
      "num_attention_heads" -> "7"
    ),
    config("no heads", "CHECKPOINT_CONFIG_INVALID", "heads")("num_attention_heads" -> "0"),
    Bad(
      "untied without output projection",
      () => folder("config.json" -> configWith("tie_word_embeddings" -> "false")),
      "CHECKPOINT_TENSORS_MISMATCH",
      "lm_head.weight [12, 64] is missing"
    ),
    weights(
      "missing, misshapen and unknown tensors",
      "CHECKPOINT_TENSORS_MISMATCH",
      "model.layers.0.mlp.up_proj.weight [96, 64] is missing",
      "model.norm.weight is [63] but should be [64]",
      "model.layers.1.self_attn.q_proj.bias is no part"
    )(SafetensorsBytes.file(wrongTensors)),
    phi(
      "fused projections of another shape",
      "CHECKPOINT_TENSORS_MISMATCH",
      "model.layers.0.mlp.gate_up_proj.weight is [191, 64] but should be [192, 64]"
    )(fusedEntries.map {
      case e if e.name.endsWith("0.mlp.gate_up_proj.weight") =>
        SafetensorsBytes.f32(e.name, Seq(191, 64), values(Seq(191, 64)))
      case e => e
    }),
    phi(
      "a projection by itself and fused",
      "CHECKPOINT_TENSORS_MISMATCH",
      "model.layers.0.self_attn.q_proj.weight is there by itself and in"
    )(fusedEntries ++ entries().filter(_.name.endsWith("layers.0.self_attn.q_proj.weight"))),
    phi(
      "a fused projection that is missing",
      "CHECKPOINT_TENSORS_MISMATCH",
      "model.layers.1.self_attn.k_proj.weight [32, 64] is missing"
    )(fusedEntries.filterNot(_.name.contains("layers.1.self_attn.qkv_proj"))),
    Bad(
      "fused projections in another family",
      () => folder("model.safetensors" -> SafetensorsBytes.file(fusedEntries)),
      "CHECKPOINT_TENSORS_MISMATCH",
      "q_proj.weight [64, 64] is missing"
    ),
    config("fused projections that are quantised", "CHECKPOINT_UNSUPPORTED", "several in one")(
      phi3 :+ ("quantization_config" ->
        """{"quant_method":"gptq","bits":4,"group_size":32,"sym":true}"""): _*
    ),
    weights("no tensors at all", "CHECKPOINT_TENSORS_MISMATCH", "and 15 more")(
      raw("{}", Array())
    ),
    weights("an empty file", "CHECKPOINT_TRUNCATED", "model.safetensors")(Array()),
    weights("a truncated header", "CHECKPOINT_TRUNCATED", "model.safetensors")(
      SafetensorsBytes.file(entries()).take(200)
    ),
    weights("a truncated shard", "CHECKPOINT_TRUNCATED", "model.safetensors", "the tensor model.")(
      SafetensorsBytes.file(entries()).dropRight(1)
    ),
    weights("a header of 2^63 bytes", "CHECKPOINT_HEADER_INVALID", "9223372036854775808")(
      raw(Long.MinValue, "{}", Array())
    ),
    weights("a header of -1 bytes", "CHECKPOINT_HEADER_INVALID", "18446744073709551615")(
      raw(-1L, "{}", Array())
    ),
    weights("a header above 100 MB", "CHECKPOINT_HEADER_INVALID", "100000001")(
      raw(100000001L, "{}", Array())
    ),
    weights("a header longer than the file", "CHECKPOINT_TRUNCATED", "99")(
      raw(99L, "{}", Array())
    ),
    header("no JSON", "CHECKPOINT_HEADER_INVALID")("{\"a\":"),
    header("a list", "CHECKPOINT_HEADER_INVALID")("[]"),
    header("a number for a tensor", "CHECKPOINT_HEADER_INVALID")("{\"a\":1}"),
    header("two objects", "CHECKPOINT_HEADER_INVALID")("{}{}"),
    header("the same name twice", "CHECKPOINT_HEADER_INVALID", "a")(
      s"""{"a":${description("F32", Seq(1), 0, 4)},"a":${description("F32", Seq(1), 4, 8)}}"""
    ),
    header("overlapping tensors", "CHECKPOINT_HEADER_INVALID", "tensors a and b overlap")(
      s"""{"a":${description("F32", Seq(2), 0, 8)},"b":${description("F32", Seq(2), 4, 12)}}"""
    ),
    header("offsets outside the file", "CHECKPOINT_TRUNCATED", "tensor a")(
      s"""{"a":${description("F32", Seq(2), 60, 68)}}"""
    ),
    header("offsets that overflow", "CHECKPOINT_TRUNCATED", "tensor a")(
      s"""{"a":${description("F32", Seq(2), Long.MaxValue - 8, Long.MaxValue)}}"""
    ),
    header("a negative offset", "CHECKPOINT_HEADER_INVALID", "tensor a")(
      s"""{"a":${description("F32", Seq(2), -8, 0)}}"""
    ),
    header("offsets of 2^64", "CHECKPOINT_HEADER_INVALID", "tensor a")(
      """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,18446744073709551616]}}"""
    ),
    header("shape and length disagree", "CHECKPOINT_HEADER_INVALID", "tensor a", "8 bytes")(
      s"""{"a":${description("F32", Seq(2), 0, 4)}}"""
    ),
    header("sizes whose product overflows", "CHECKPOINT_HEADER_INVALID", "tensor a")(
      s"""{"a":${description("F32", Seq(1L << 40, 1L << 40), 0, 4)}}"""
    ),
    header("bytes whose product overflows", "CHECKPOINT_HEADER_INVALID", "tensor a")(
      s"""{"a":${description("F32", Seq(1L << 62), 0, 4)}}"""
    ),
    header("negative sizes", "CHECKPOINT_HEADER_INVALID", "tensor a")(
      s"""{"a":${description("F32", Seq(-1, -1), 0, 4)}}"""
    ),
    header("half a size", "CHECKPOINT_HEADER_INVALID", "tensor a")(
      """{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"""
    ),
    header("no shape", "CHECKPOINT_HEADER_INVALID", "tensor a")(
      """{"a":{"dtype":"F32","data_offsets":[0,4]}}"""
    ),
    header("a type that the format does not have", "CHECKPOINT_UNSUPPORTED", "tensor a", "F5")(
      s"""{"a":${description("F5", Seq(4), 0, 4)}}"""
    ),
    index("a missing shard", "CHECKPOINT_SHARD_MISSING", "index.json", "model-2.safetensors")(
      """{"weight_map":{"model.norm.weight":"model-2.safetensors"}}"""
    ),
    index("a shard outside the folder", "CHECKPOINT_SHARD_MISSING", "../../etc/passwd")(
      """{"weight_map":{"model.norm.weight":"../../etc/passwd"}}"""
    ),
    index(
      "a tensor that is not in its shard",
      "CHECKPOINT_HEADER_INVALID",
      "extra.weight",
      "model-1"
    )(
      """{"weight_map":{"extra.weight":"model-1.safetensors"}}"""
    ),
    index("an index without map", "CHECKPOINT_CONFIG_INVALID", "weight_map")("{}"),
    Bad(
      "a wrong temperature",
      () => folder("generation_config.json" -> """{"temperature":"hot"}""".getBytes),
      "CHECKPOINT_CONFIG_INVALID",
      "generation_config.json",
      "temperature"
    ),
    Bad(
      "a wrong end token",
      () => folder("generation_config.json" -> """{"eos_token_id":["x"]}""".getBytes),
      "CHECKPOINT_CONFIG_INVALID",
      "eos_token_id"
    )
  )

  cases.foreach { bad =>
    test(s"refused with ${bad.errorClass}: ${bad.name}") {
      val error = intercept[AuditException](Checkpoints.open(bad.path()))
      assert(error.errorClass.name === bad.errorClass, error.getMessage)
      bad.named.foreach { text =>
        assert(error.getMessage.toLowerCase.contains(text.toLowerCase), error.getMessage)
      }
    }
  }

  test("a file that shrinks after it was opened is one clear error") {
    val files = folder()
    val checkpoint = Checkpoints.open(files)
    Files.write(files.resolve("model.safetensors"), new Array[Byte](100))
    val error = intercept[AuditException](read(checkpoint, "model.layers.1.mlp.up_proj.weight"))
    assert(error.errorClass.name === "CHECKPOINT_TRUNCATED")
  }
}
