package org.codeaudit.checkpoint
import java.nio.file.{Files, Path}
import java.util.{Optional, TreeMap}

import scala.jdk.CollectionConverters._

import org.codeaudit.AuditException
import org.codeaudit.checkpoint.config.{ExpectedTensors, HuggingFaceConfig, ModelConfig}
import org.codeaudit.checkpoint.config.ModelConfig.{
  Family,
  LinearAttention,
  LongRopeScaling,
  YarnRopeScaling
}
import org.codeaudit.checkpoint.file.JsonDocument
import org.codeaudit.checkpoint.tensor.{TensorInfo, TensorType}
import org.scalatest.funsuite.AnyFunSuite

/** The published configurations of the users' models, and what they ask for. */
class PublishedModelsSuite extends AnyFunSuite {

  private val common =
    """"hidden_act":"silu","attention_dropout":0.0,"initializer_range":0.02,"rms_norm_eps":1e-06,
      "tie_word_embeddings":false,"torch_dtype":"bfloat16","use_cache":true,
      "transformers_version":"4.51.0","eos_token_id":151645"""

  private val qwen25 =
    s"""{"architectures":["Qwen2ForCausalLM"],"model_type":"qwen2",$common,"vocab_size":152064,
      "max_position_embeddings":32768,"rope_theta":1000000.0,"use_sliding_window":false,
      "sliding_window":131072,"max_window_layers":28,"num_hidden_layers":"""

  private val coder7 = qwen25 +
    """28,"hidden_size":3584,"num_attention_heads":28,"num_key_value_heads":4,
      "intermediate_size":18944}"""

  private val coder32 = qwen25 +
    """64,"hidden_size":5120,"num_attention_heads":40,"num_key_value_heads":8,
      "intermediate_size":27648}"""

  private val qwen3 =
    s"""{"architectures":["Qwen3ForCausalLM"],"model_type":"qwen3",$common,"vocab_size":151936,
      "hidden_size":5120,"num_hidden_layers":64,"num_attention_heads":64,"num_key_value_heads":8,
      "head_dim":128,"intermediate_size":25600,"max_position_embeddings":40960,
      "rope_theta":1000000,"rope_scaling":null,"attention_bias":false,"use_sliding_window":false,
      "sliding_window":null,"max_window_layers":64}"""

  private def moe(own: String) =
    s"""{"architectures":["Qwen3MoeForCausalLM"],"model_type":"qwen3_moe",$common,
      "vocab_size":151936,"hidden_size":2048,"num_hidden_layers":48,"num_attention_heads":32,
      "num_key_value_heads":4,"head_dim":128,"num_experts":128,"num_experts_per_tok":8,
      "moe_intermediate_size":768,"norm_topk_prob":true,"decoder_sparse_step":1,
      "mlp_only_layers":[],"rope_scaling":null,"attention_bias":false,"output_router_logits":false,
      "router_aux_loss_coef":0.001,"use_sliding_window":false,$own}"""

  private val a3b = moe(
    """"intermediate_size":6144,"max_position_embeddings":40960,"rope_theta":1000000.0"""
  )

  private val coder30 = moe(
    """"intermediate_size":5472,"max_position_embeddings":262144,"rope_theta":10000000,
      "use_qk_norm":true,"qkv_bias":false,"shared_expert_intermediate_size":0"""
  )

  private val next =
    s"""{"architectures":["Qwen3NextForCausalLM"],"model_type":"qwen3_next",$common,
      "vocab_size":151936,"hidden_size":2048,"num_hidden_layers":48,"num_attention_heads":16,
      "num_key_value_heads":2,"head_dim":256,"intermediate_size":5120,
      "max_position_embeddings":262144,"rope_theta":10000000,"rope_scaling":null,
      "partial_rotary_factor":0.25,"full_attention_interval":4,"attention_bias":false,
      "linear_conv_kernel_dim":4,"linear_key_head_dim":128,"linear_num_key_heads":16,
      "linear_num_value_heads":32,"linear_value_head_dim":128,"num_experts":512,
      "num_experts_per_tok":10,"moe_intermediate_size":512,"shared_expert_intermediate_size":512,
      "norm_topk_prob":true,"decoder_sparse_step":1,"mlp_only_layers":[],
      "output_router_logits":false,"router_aux_loss_coef":0.001}"""

  private def other(architecture: String, own: String) =
    s"""{"architectures":["$architecture"],"hidden_act":"silu","rms_norm_eps":1e-05,
      "torch_dtype":"bfloat16",$own}"""

  private val mistral7 = other(
    "MistralForCausalLM",
    """"model_type":"mistral","hidden_size":4096,"num_hidden_layers":32,"num_attention_heads":32,
      "num_key_value_heads":8,"intermediate_size":14336,"vocab_size":32768,
      "max_position_embeddings":32768,"rope_theta":1000000.0,"sliding_window":null,
      "tie_word_embeddings":false"""
  )

  private val nemo = other(
    "MistralForCausalLM",
    """"model_type":"mistral","hidden_size":5120,"num_hidden_layers":40,"num_attention_heads":32,
      "num_key_value_heads":8,"head_dim":128,"intermediate_size":14336,"vocab_size":131072,
      "max_position_embeddings":131072,"rope_theta":1000000.0,"sliding_window":null,
      "tie_word_embeddings":false"""
  )

  private val phi4 = other(
    "Phi3ForCausalLM",
    """"model_type":"phi3","hidden_size":5120,"num_hidden_layers":40,"num_attention_heads":40,
      "num_key_value_heads":10,"intermediate_size":17920,"vocab_size":100352,
      "max_position_embeddings":16384,"original_max_position_embeddings":16384,
      "rope_theta":250000,"rope_scaling":null,"sliding_window":null,"attention_bias":false,
      "tie_word_embeddings":false"""
  )

  private def factors(last: Double) =
    Seq.tabulate(48)(i => 1 + i * last / 47).mkString("[", ",", "]")

  private val phi4mini = other(
    "Phi3ForCausalLM",
    s""""model_type":"phi3","hidden_size":3072,"num_hidden_layers":32,"num_attention_heads":24,
      "num_key_value_heads":8,"intermediate_size":8192,"vocab_size":200064,
      "max_position_embeddings":131072,"original_max_position_embeddings":4096,
      "partial_rotary_factor":0.75,"rope_theta":10000.0,"sliding_window":262144,
      "rope_scaling":{"type":"longrope","short_factor":${factors(0)},"long_factor":${factors(50)}},
      "attention_bias":false,"tie_word_embeddings":true"""
  )

  private def read(json: String): ModelConfig =
    HuggingFaceConfig.read(
      JsonDocument.read(Files.writeString(Files.createTempFile("c", ""), json))
    )

  private case class Model(
      name: String,
      json: String,
      family: Family,
      tensors: Int,
      parameters: Long,
      rotary: Int,
      shapes: Map[String, Seq[Long]]
  )

  private val layer = "model.layers.47."
  private val models = Seq(
    Model("Mistral-7B-v0.3", mistral7, Family.MISTRAL, 291, 7248023552L, 128, Map()),
    Model(
      "Mistral-Nemo",
      nemo,
      Family.MISTRAL,
      363,
      12247782400L,
      128,
      Map("model.layers.39.self_attn.o_proj.weight" -> Seq(5120, 4096))
    ),
    Model("Phi-4", phi4, Family.PHI3, 363, 14659507200L, 128, Map()),
    Model(
      "Phi-4-mini",
      phi4mini,
      Family.PHI3,
      290,
      3836021760L,
      96,
      Map("model.layers.31.self_attn.k_proj.weight" -> Seq(1024, 3072))
    ),
    Model(
      "Qwen2.5-Coder-7B",
      coder7,
      Family.QWEN2,
      339,
      7615616512L,
      128,
      Map(
        "model.layers.27.self_attn.k_proj.bias" -> Seq(512),
        "lm_head.weight" -> Seq(152064, 3584)
      )
    ),
    Model(
      "Qwen2.5-Coder-32B",
      coder32,
      Family.QWEN2,
      771,
      32763876352L,
      128,
      Map("model.layers.63.mlp.down_proj.weight" -> Seq(5120, 27648))
    ),
    Model(
      "Qwen3-32B",
      qwen3,
      Family.QWEN3,
      707,
      32762123264L,
      128,
      Map("model.layers.63.self_attn.o_proj.weight" -> Seq(5120, 8192))
    ),
    Model("Qwen3-30B-A3B", a3b, Family.QWEN3_MOE, 18867, 30532122624L, 128, Map()),
    Model(
      "Qwen3-Coder-30B-A3B",
      coder30,
      Family.QWEN3_MOE,
      18867,
      30532122624L,
      128,
      Map(
        layer + "mlp.gate.weight" -> Seq(128, 2048),
        layer + "mlp.experts.127.gate_proj.weight" -> Seq(768, 2048),
        layer + "mlp.experts.127.down_proj.weight" -> Seq(2048, 768),
        layer + "self_attn.q_proj.weight" -> Seq(4096, 2048),
        layer + "self_attn.q_norm.weight" -> Seq(128)
      )
    ),
    Model(
      "Qwen3-Next-80B-A3B",
      next,
      Family.QWEN3_NEXT,
      74391,
      79674391296L,
      64,
      Map(
        layer + "self_attn.q_proj.weight" -> Seq(8192, 2048),
        layer + "self_attn.k_proj.weight" -> Seq(512, 2048),
        layer + "self_attn.o_proj.weight" -> Seq(2048, 4096),
        layer + "self_attn.k_norm.weight" -> Seq(256),
        "model.layers.0.linear_attn.in_proj_qkvz.weight" -> Seq(12288, 2048),
        "model.layers.0.linear_attn.in_proj_ba.weight" -> Seq(64, 2048),
        "model.layers.0.linear_attn.conv1d.weight" -> Seq(8192, 1, 4),
        "model.layers.0.linear_attn.dt_bias" -> Seq(32),
        "model.layers.0.linear_attn.A_log" -> Seq(32),
        "model.layers.0.linear_attn.norm.weight" -> Seq(128),
        "model.layers.0.linear_attn.out_proj.weight" -> Seq(2048, 4096),
        "model.layers.0.mlp.experts.511.up_proj.weight" -> Seq(512, 2048),
        "model.layers.0.mlp.shared_expert.down_proj.weight" -> Seq(2048, 512),
        "model.layers.0.mlp.shared_expert_gate.weight" -> Seq(1, 2048)
      )
    )
  )

  test("the context of Phi-4-mini is that of its short factors, with the factor of the long one") {
    val config = read(phi4mini)
    assert(config.contextLength === 4096)
    val scaling = config.ropeScaling.get.asInstanceOf[LongRopeScaling]
    assert(scaling.attentionFactor === math.sqrt(1 + math.log(32) / math.log(4096)))
    assert(read(nemo).contextLength === 131072)
  }

  test("windows that are shorter than the context are refused, as those of older models are") {
    for (
      (json, window) <- Seq(
        mistral7.replace("\"sliding_window\":null", "\"sliding_window\":4096") -> 4096,
        phi4.replace("\"sliding_window\":null", "\"sliding_window\":2047") -> 2047
      )
    ) {
      val error = intercept[AuditException](read(json))
      assert(error.getMessage.contains(s"sliding_window $window within a context"))
    }
  }

  models.foreach { model =>
    test(s"${model.name} has ${model.tensors} tensors of ${model.parameters} numbers") {
      val config = read(model.json)
      val tensors = ExpectedTensors.of(config).asScala
      assert(config.family === model.family)
      assert(config.rotarySize === model.rotary)
      assert(tensors.size === model.tensors)
      val parameters = tensors.values.map(_.asScala.map(_.longValue).product).sum
      assert(parameters === model.parameters)
      model.shapes.foreach { case (name, shape) =>
        assert(tensors(name).asScala.map(_.longValue).toSeq === shape, name)
      }
    }
  }

  test("the experts and the linear attention are those of the files") {
    val experts = read(coder30).experts.get
    assert((experts.count, experts.perToken, experts.intermediateSize) === (128, 8, 768))
    assert(experts.normalised && experts.sharedIntermediateSize == 0)
    assert(experts.sparseLayers.cardinality === 48)
    assert(read(coder30).linearAttention.isEmpty && read(coder30).cachedLayers == 48)

    val config = read(next)
    assert(config.experts.get.sharedIntermediateSize === 512)
    val linear = config.linearAttention.get
    assert(linear === new LinearAttention(16, 32, 128, 128, 4, linear.layers))
    assert(linear.channels === 8192)
    val full = (0 until 48).filterNot(config.linear)
    assert(full === Seq(3, 7, 11, 15, 19, 23, 27, 31, 35, 39, 43, 47))
    assert(config.cachedLayers === 12)
  }

  private def whole(config: ModelConfig): TreeMap[String, TensorInfo] = {
    val tensors = new TreeMap[String, TensorInfo]
    ExpectedTensors.of(config).forEach { (name, shape) =>
      val bytes = shape.asScala.map(_.longValue).product * 2
      val order = TensorInfo.RowOrder.HALVES
      tensors.put(name, new TensorInfo(name, TensorType.BF16, shape, Path.of("x"), 0, bytes, order))
    }
    tensors
  }

  test("the tensors of the largest models are checked without a long wait") {
    Seq("Coder-30B" -> coder30, "Next-80B" -> next).foreach { case (name, json) =>
      val config = read(json)
      val tensors = whole(config)
      tensors.put("mtp.layers.0.mlp.gate.weight", tensors.get("model.norm.weight"))
      val start = System.nanoTime
      ExpectedTensors.check(
        config,
        StackedExperts.apart(config, tensors, Path.of("x")),
        Path.of("x")
      )
      val seconds = (System.nanoTime - start) / 1e9
      info(f"$name: ${seconds * 1000}%.0f ms")
      assert(seconds < 60)
    }
  }

  test("one missing and one unknown tensor among many are named") {
    val config = read(coder30)
    val tensors = whole(config)
    val other = tensors.remove("model.layers.7.mlp.experts.99.up_proj.weight")
    tensors.put("model.layers.7.mlp.shared_expert.up_proj.weight", other)
    val error =
      intercept[AuditException](ExpectedTensors.check(config, tensors, Path.of("x"))).getMessage
    assert(error.contains("model.layers.7.mlp.experts.99.up_proj.weight [768, 2048] is missing"))
    assert(error.contains("model.layers.7.mlp.shared_expert.up_proj.weight is no part"))
  }

  test("the split projections of later models are no part of Qwen3-Next") {
    val config = read(next)
    val tensors = whole(config)
    val projection = tensors.remove("model.layers.0.linear_attn.in_proj_qkvz.weight")
    tensors.put("model.layers.0.linear_attn.in_proj_qkv.weight", projection)
    val error =
      intercept[AuditException](ExpectedTensors.check(config, tensors, Path.of("x"))).getMessage
    assert(error.contains("linear_attn.in_proj_qkv.weight is no part"))
  }

  test("Qwen's instructions for long contexts are followed") {
    // They add this to the published file and change nothing else.
    val added = """"rope_scaling":{"rope_type":"yarn","factor":4.0,
      "original_max_position_embeddings":32768}"""
    val config = read(qwen3.replace(""""rope_scaling":null""", added))
    val attention = 0.1 * math.log(4) + 1
    assert(
      config.ropeScaling === Optional.of(new YarnRopeScaling(4, 32768, 32, 1, attention))
    )
    assert(config.contextLength === 131072)
  }
}
