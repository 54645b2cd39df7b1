package org.codeaudit.checkpoint

import java.nio.file.Files

import scala.jdk.CollectionConverters._

import org.codeaudit.AuditException
import org.codeaudit.checkpoint.config.{ExpectedTensors, HuggingFaceConfig, ModelConfig}
import org.codeaudit.checkpoint.config.ModelConfig.{Family, LongRopeScaling, YarnRopeScaling}
import org.codeaudit.checkpoint.file.JsonDocument
import org.codeaudit.checkpoint.SmallModels.configWith
import org.scalatest.funsuite.AnyFunSuite

/** What config.json may say of experts, linear attention and stretched frequencies. */
class FamilyConfigSuite extends AnyFunSuite {

  private type Changes = Seq[(String, String)]

  private val moe: Changes = Seq(
    "architectures" -> """["Qwen3MoeForCausalLM"]""",
    "model_type" -> "\"qwen3_moe\"",
    "num_hidden_layers" -> "6",
    "num_experts" -> "8",
    "num_experts_per_tok" -> "2",
    "moe_intermediate_size" -> "32"
  )

  private val next: Changes = moe ++ Seq(
    "architectures" -> """["Qwen3NextForCausalLM"]""",
    "model_type" -> "\"qwen3_next\"",
    "shared_expert_intermediate_size" -> "48",
    "linear_num_key_heads" -> "2",
    "linear_num_value_heads" -> "4",
    "linear_key_head_dim" -> "32",
    "linear_value_head_dim" -> "16",
    "linear_conv_kernel_dim" -> "4"
  )

  private def read(changes: Changes): ModelConfig =
    HuggingFaceConfig.read(
      JsonDocument.read(
        Files.write(Files.createTempFile("config", ".json"), configWith(changes: _*))
      )
    )

  private def sparse(config: ModelConfig): Seq[Int] = (0 until config.layers).filter(config.sparse)
  private def linear(config: ModelConfig): Seq[Int] = (0 until config.layers).filter(config.linear)

  private val mistral: Changes =
    Seq("architectures" -> """["MistralForCausalLM"]""", "sliding_window" -> "null")

  /** Six of a head's sixteen numbers are turned: three frequencies. */
  private def phi(rope: String): Changes = SmallModels.phi3 ++ Seq(
    "partial_rotary_factor" -> "0.375",
    "original_max_position_embeddings" -> "32",
    "rope_scaling" -> rope
  )

  private val long = """"short_factor":[1,1.5,2],"long_factor":[1,3,4]"""

  private def yarn(settings: String): Changes = Seq("rope_scaling" -> s"""{$settings}""")

  private def scaling(config: ModelConfig): YarnRopeScaling =
    config.ropeScaling.get.asInstanceOf[YarnRopeScaling]

  private val all = Seq(0, 1, 2, 3, 4, 5)
  private val plain = 0.1 * math.log(4) + 1

  private val good = Seq[(String, Changes, ModelConfig => Boolean)](
    ("experts in every layer", moe, c => c.family == Family.QWEN3_MOE && sparse(c) == all),
    ("every third layer", moe :+ ("decoder_sparse_step" -> "3"), sparse(_) == Seq(2, 5)),
    ("dense layers by name", moe :+ ("mlp_only_layers" -> "[0, 4]"), sparse(_) == Seq(1, 2, 3, 5)),
    (
      "both",
      moe ++ Seq("decoder_sparse_step" -> "2", "mlp_only_layers" -> "[3]"),
      sparse(_) == Seq(1, 5)
    ),
    ("no experts", moe :+ ("num_experts" -> "0"), _.experts.isEmpty),
    ("all layers dense", moe :+ ("mlp_only_layers" -> "[0,1,2,3,4,5]"), _.experts.isEmpty),
    (
      "the newer name of their number",
      moe ++ Seq("num_experts" -> null, "num_local_experts" -> "4"),
      _.experts.get.count == 4
    ),
    ("not normalised by default", moe, !_.experts.get.normalised),
    ("normalised", moe :+ ("norm_topk_prob" -> "true"), _.experts.get.normalised),
    ("model_type only", moe :+ ("architectures" -> null), _.family == Family.QWEN3_MOE),
    (
      "no shared expert",
      moe :+ ("shared_expert_intermediate_size" -> "64"),
      _.experts.get.sharedIntermediateSize == 0
    ),
    ("heads follow from the width", moe, c => c.headSize == 16 && c.rotarySize == 16),
    ("heads of Qwen3-Next", next, c => c.headSize == 256 && c.rotarySize == 64),
    ("normalised by default in Qwen3-Next", next, _.experts.get.normalised),
    ("a shared expert", next, _.experts.get.sharedIntermediateSize == 48),
    ("every fourth layer is full", next, linear(_) == Seq(0, 1, 2, 4, 5)),
    (
      "every second layer is full",
      next :+ ("full_attention_interval" -> "2"),
      linear(_) == Seq(0, 2, 4)
    ),
    ("every layer is full", next :+ ("full_attention_interval" -> "1"), _.linearAttention.isEmpty),
    (
      "layers by name",
      next :+ ("layer_types" ->
        """["full_attention","linear_attention","linear_attention","full_attention",
          "linear_attention","full_attention"]"""),
      linear(_) == Seq(1, 2, 4)
    ),
    (
      "half of a head",
      next ++ Seq("partial_rotary_factor" -> "0.5", "head_dim" -> "32"),
      _.rotarySize == 16
    ),
    (
      "rope_parameters with a part of a head",
      next ++ Seq(
        "rope_theta" -> null,
        "rope_parameters" ->
          """{"rope_type":"default","rope_theta":5e6,"partial_rotary_factor":0.125}"""
      ),
      c => c.rotarySize == 32 && c.ropeTheta == 5e6
    ),
    (
      "yarn",
      yarn(""""rope_type":"yarn","factor":4.0,"original_max_position_embeddings":64"""),
      c => scaling(c) == new YarnRopeScaling(4, 64, 32, 1, plain) && c.contextLength == 256
    ),
    (
      "yarn by the older key",
      yarn(""""type":"yarn","factor":4,"original_max_position_embeddings":64"""),
      scaling(_).factor == 4
    ),
    (
      "yarn from the context length",
      yarn(""""rope_type":"yarn","factor":4.0"""),
      c => scaling(c).originalContextLength == 128 && c.contextLength == 128
    ),
    (
      "yarn within a longer context",
      yarn(""""rope_type":"yarn","factor":1.5,"original_max_position_embeddings":64"""),
      _.contextLength == 128
    ),
    (
      "yarn with all its settings",
      yarn(""""rope_type":"yarn","factor":2.0,"original_max_position_embeddings":64,
        "beta_fast":16,"beta_slow":0.5,"attention_factor":0.75,"truncate":true"""),
      scaling(_) == new YarnRopeScaling(2, 64, 16, 0.5, 0.75)
    ),
    (
      "yarn with two scales",
      yarn(""""rope_type":"yarn","factor":4.0,"mscale":0.5,"mscale_all_dim":2"""),
      c =>
        math.abs(
          scaling(c).attentionFactor - (0.05 * math.log(4) + 1) / (0.2 * math.log(4) + 1)
        ) < 1e-12
    ),
    (
      "one scale alone means nothing",
      yarn(""""rope_type":"yarn","factor":4.0,"mscale":0.5"""),
      scaling(_).attentionFactor == plain
    ),
    (
      "yarn that shrinks",
      yarn(""""rope_type":"yarn","factor":0.5"""),
      scaling(_).attentionFactor == 1
    ),
    (
      "yarn in rope_parameters",
      Seq(
        "rope_theta" -> null,
        "rope_parameters" -> """{"rope_type":"yarn","factor":4.0,"rope_theta":2e6,
          "original_max_position_embeddings":64}"""
      ),
      c => scaling(c).factor == 4 && c.ropeTheta == 2e6
    ),
    (
      "yarn in a mixture of experts",
      moe ++ yarn(""""rope_type":"yarn","factor":4.0"""),
      scaling(_).factor == 4
    ),
    ("Mistral without a window", mistral, c => c.family == Family.MISTRAL && c.headSize == 16),
    ("heads that do not follow from the width", mistral :+ ("head_dim" -> "32"), _.headSize == 32),
    ("a window as long as the context", mistral :+ ("sliding_window" -> "128"), _.layers == 2),
    ("a window that Qwen does not use", Seq("sliding_window" -> "2"), _.layers == 2),
    ("Phi by its model_type", SmallModels.phi3 :+ ("architectures" -> null), _.rotarySize == 16),
    (
      "longrope within the original context",
      phi(s"""{"type":"longrope",$long}"""),
      c =>
        c.contextLength == 32 && c.rotarySize == 6 && c.ropeScaling.get ==
          new LongRopeScaling(
            java.util.List.of(1.0, 1.5, 2.0),
            java.util.List.of(1.0, 3.0, 4.0),
            math.sqrt(1 + math.log(4) / math.log(32)),
            32
          )
    ),
    (
      "longrope of one kind for all lengths",
      phi("""{"type":"longrope","short_factor":[1,3,4],"long_factor":[1,3,4]}"""),
      _.contextLength == 128
    ),
    ("longrope by its older name", phi(s"""{"type":"su",$long}"""), _.contextLength == 32),
    (
      "longrope in rope_parameters",
      phi("null") ++ Seq(
        "original_max_position_embeddings" -> null,
        "rope_parameters" -> s"""{"rope_type":"longrope","rope_theta":5e5,$long,
          "partial_rotary_factor":0.375,"original_max_position_embeddings":64}"""
      ),
      c => c.contextLength == 64 && c.ropeTheta == 5e5
    ),
    (
      "a window beyond what longrope leaves of the context",
      phi(s"""{"type":"longrope",$long}""") :+ ("sliding_window" -> "64"),
      _.contextLength == 32
    ),
    (
      "yarn in Qwen3-Next",
      next ++ yarn(""""rope_type":"yarn","factor":4.0"""),
      c => scaling(c).factor == 4 && c.rotarySize == 64
    )
  )

  good.foreach { case (name, changes, holds) =>
    test(s"understood: $name") {
      val config = read(changes)
      assert(holds(config), config)
    }
  }

  private val invalid = "CHECKPOINT_CONFIG_INVALID"
  private val unsupported = "CHECKPOINT_UNSUPPORTED"

  private val bad = Seq[(String, Changes, String, Seq[String])](
    ("no number of experts", moe :+ ("num_experts" -> null), invalid, Seq("num_experts")),
    (
      "no experts per token",
      moe :+ ("num_experts_per_tok" -> null),
      invalid,
      Seq("num_experts_per_tok")
    ),
    ("no width", moe :+ ("moe_intermediate_size" -> null), invalid, Seq("moe_intermediate_size")),
    (
      "more per token than there are",
      moe :+ ("num_experts_per_tok" -> "9"),
      invalid,
      Seq("experts per token is 9, not between 1 and 8")
    ),
    (
      "several wrong numbers at once",
      moe ++ Seq("num_experts" -> "-1", "moe_intermediate_size" -> "0", "head_dim" -> "15"),
      invalid,
      Seq("experts is -1", "of an expert is 0", "head size is 15")
    ),
    ("a million experts", moe :+ ("num_experts" -> "1000000"), invalid, Seq("1000000")),
    (
      "a million experts in all layers",
      moe ++ Seq("num_experts" -> "250000", "num_hidden_layers" -> "4"),
      invalid,
      Seq("all layers together have 1000000 experts")
    ),
    (
      "two thousand million layers",
      moe :+ ("num_hidden_layers" -> "2000000000"),
      invalid,
      Seq("layers is 2000000000")
    ),
    ("a step of zero", moe :+ ("decoder_sparse_step" -> "0"), invalid, Seq("decoder_sparse_step")),
    (
      "a dense layer by text",
      moe :+ ("mlp_only_layers" -> """["1"]"""),
      invalid,
      Seq("mlp_only_layers")
    ),
    (
      "part of a head in Qwen3",
      moe :+ ("partial_rotary_factor" -> "0.5"),
      unsupported,
      Seq("partial_rotary_factor")
    ),
    (
      "linear layers in Qwen3",
      moe :+ ("layer_types" -> """["linear_attention"]"""),
      unsupported,
      Seq("linear_attention", "layer_types")
    ),
    (
      "no shared expert's width",
      next :+ ("shared_expert_intermediate_size" -> null),
      invalid,
      Seq("shared_expert_intermediate_size")
    ),
    (
      "a shared expert of negative width",
      next :+ ("shared_expert_intermediate_size" -> "-1"),
      invalid,
      Seq("shared expert is -1")
    ),
    (
      "no linear heads",
      next :+ ("linear_num_key_heads" -> null),
      invalid,
      Seq("linear_num_key_heads")
    ),
    (
      "linear heads that cannot be shared, and a head too large",
      next ++ Seq("linear_num_value_heads" -> "5", "linear_key_head_dim" -> "4096"),
      invalid,
      Seq("5 linear value heads cannot share 2", "linear key heads is 4096")
    ),
    (
      "a convolution over nothing",
      next :+ ("linear_conv_kernel_dim" -> "0"),
      invalid,
      Seq("convolution is 0")
    ),
    (
      "an interval of zero",
      next :+ ("full_attention_interval" -> "0"),
      invalid,
      Seq("full_attention_interval")
    ),
    (
      "no full layer",
      next :+ ("full_attention_interval" -> "9"),
      invalid,
      Seq("none of its layers has full attention")
    ),
    (
      "too few layers by name",
      next :+ ("layer_types" -> """["full_attention"]"""),
      invalid,
      Seq("name 1 layers but it has 6")
    ),
    (
      "sliding layers",
      next :+ ("layer_types" -> """["sliding_attention"]"""),
      unsupported,
      Seq("sliding_attention")
    ),
    (
      "more than a head",
      next :+ ("partial_rotary_factor" -> "1.5"),
      invalid,
      Seq("rotated part of a head is 384")
    ),
    (
      "an odd part of a head",
      next ++ Seq("partial_rotary_factor" -> "0.3", "head_dim" -> "32"),
      invalid,
      Seq("rotated part of a head is 9, which is odd")
    ),
    (
      "nothing of a head",
      next :+ ("partial_rotary_factor" -> "0"),
      invalid,
      Seq("rotated part of a head is 0")
    ),
    ("yarn without factor", yarn(""""rope_type":"yarn""""), invalid, Seq("rope_scaling.factor")),
    (
      "yarn with wrong numbers",
      yarn(""""rope_type":"yarn","factor":0,"beta_fast":1,"beta_slow":2,"attention_factor":-1,
        "original_max_position_embeddings":0"""),
      invalid,
      Seq(
        "factor is 0.0",
        "beta_fast is not above",
        "attention factor is -1.0",
        "original context length is 0"
      )
    ),
    (
      "yarn over a base of one",
      yarn(""""rope_type":"yarn","factor":4.0""") :+
        ("rope_theta" -> "1"),
      invalid,
      Seq("rotary base is 1.0")
    ),
    (
      "yarn that is not rounded",
      yarn(""""rope_type":"yarn","factor":4.0,"truncate":false"""),
      unsupported,
      Seq("truncate")
    ),
    (
      "another stretching",
      yarn(""""rope_type":"longrope","factor":4.0"""),
      unsupported,
      Seq("longrope", "yarn")
    ),
    (
      "longrope without the original context",
      phi(s"""{"type":"longrope",$long}""") :+ ("original_max_position_embeddings" -> null),
      invalid,
      Seq("original_max_position_embeddings")
    ),
    (
      "longrope with too few factors and one of zero",
      phi("""{"type":"longrope","short_factor":[1,0],"long_factor":[1,2,3]}"""),
      invalid,
      Seq("2 rope factors for 3 frequencies", "a rope factor is 0.0")
    ),
    (
      "longrope without long factors",
      phi("""{"type":"longrope","short_factor":[1,2,3]}"""),
      invalid,
      Seq("rope_scaling.long_factor")
    ),
    (
      "longrope factors that are words",
      phi("""{"type":"longrope","short_factor":["a"],"long_factor":[1]}"""),
      invalid,
      Seq("short_factor should be a list of numbers")
    ),
    (
      "part of a head in Mistral",
      mistral :+ ("partial_rotary_factor" -> "0.5"),
      unsupported,
      Seq("partial_rotary_factor")
    ),
    (
      "settings for each kind of layer",
      Seq("rope_parameters" -> """{"full_attention":{"rope_theta":1e6}}"""),
      unsupported,
      Seq("differ between layers")
    )
  )

  bad.foreach { case (name, changes, errorClass, named) =>
    test(s"refused with $errorClass: $name") {
      val error = intercept[AuditException](read(changes))
      assert(error.errorClass.name === errorClass, error.getMessage)
      named.foreach(text => assert(error.getMessage.contains(text), error.getMessage))
    }
  }

  test("every family's small configuration asks for tensors of its own") {
    val names = ExpectedTensors.of(read(next)).keySet.asScala
    assert(names("model.layers.0.linear_attn.in_proj_qkvz.weight"))
    assert(names("model.layers.3.self_attn.q_proj.weight"))
    assert(!names("model.layers.0.self_attn.q_proj.weight"))
    assert(names("model.layers.0.mlp.shared_expert_gate.weight"))
    assert(!ExpectedTensors.of(read(moe)).keySet.asScala.exists(_.contains("shared_expert")))
  }
}
