package org.codeaudit.checkpoint

import java.nio.file.Files

import scala.jdk.CollectionConverters._
import scala.util.{Random, Using}

import org.codeaudit.AuditException
import org.codeaudit.checkpoint.config.{ExpectedTensors, HuggingFaceConfig}
import org.codeaudit.checkpoint.config.ModelConfig.Family
import org.codeaudit.checkpoint.file.JsonDocument
import org.codeaudit.checkpoint.GgufBytes._
import org.codeaudit.checkpoint.SmallModels._
import org.scalatest.funsuite.AnyFunSuite

/** Files of the architecture qwen3moe: what they may say and what they may not. */
class GgufExpertsSuite extends AnyFunSuite {

  private val metadata: Seq[(String, Value)] = ggufMetadata(Family.QWEN3).map {
    case ("general.architecture", _) => "general.architecture" -> text("qwen3moe")
    case (key, value)                => key.replace("qwen3.", "qwen3moe.") -> value
  } ++ Seq(
    "qwen3moe.expert_count" -> u32(3),
    "qwen3moe.expert_used_count" -> u32(2),
    "qwen3moe.expert_feed_forward_length" -> u32(32)
  )

  private val config = HuggingFaceConfig.read(
    JsonDocument.read(
      Files.write(
        Files.createTempFile("config", ".json"),
        configWith(
          "architectures" -> """["Qwen3MoeForCausalLM"]""",
          "num_experts" -> "3",
          "num_experts_per_tok" -> "2",
          "moe_intermediate_size" -> "32",
          "mlp_only_layers" -> "[0]",
          "norm_topk_prob" -> "true"
        )
      )
    )
  )

  private val numbers: Map[String, (Seq[Long], Seq[Float])] = {
    val random = new Random(3)
    ExpectedTensors.of(config).asScala.toMap.map { case (name, shape) =>
      val sizes = shape.asScala.map(_.longValue).toSeq
      name -> (sizes -> Seq.fill(sizes.product.toInt)(random.nextFloat()))
    }
  }

  private def tensors(fused: Boolean): Seq[Tensor] = {
    val entries = numbers.toSeq.map { case (name, (shape, values)) =>
      SafetensorsBytes.f32(name, shape, values)
    }
    ExpertLayouts.stacked(entries, fused = fused, suffix = ".weight").map { entry =>
      val name = ggufName(entry.name)
        .replace("mlp.gate.", "ffn_gate_inp.")
        .replace("mlp.experts.gate_up_proj", "ffn_gate_up_exps")
        .replaceAll("mlp\\.experts\\.(\\w+)_proj", "ffn_$1_exps")
      Tensor(name, 0, entry.shape, entry.data)
    }
  }

  private def file(
      changes: Seq[(String, Value)] = Nil,
      stored: Seq[Tensor] = tensors(fused = false)
  ) = ggufFile(gguf(metadata.filterNot(m => changes.exists(_._1 == m._1)) ++ changes, stored))

  Seq(false, true).foreach { fused =>
    test(
      s"experts are read one by one, gate and up projections ${if (fused) "fused" else "apart"}"
    ) {
      Using.resource(Checkpoints.open(file(stored = tensors(fused)))) { checkpoint =>
        assert(checkpoint.config === config)
        assert(checkpoint.tensors.keySet.asScala === numbers.keySet)
        numbers.foreach { case (name, (_, values)) =>
          assert(read(checkpoint, name).toSeq === values, name)
        }
      }
    }
  }

  test("weights of experts that do not add up to one are read from the metadata") {
    val path = file(Seq("qwen3moe.expert_weights_norm" -> flag(false)))
    Using.resource(Checkpoints.open(path))(c => assert(!c.config.experts.get.normalised))
  }

  private val bad = Seq[(String, Seq[(String, Value)], String, Seq[String])](
    (
      "a sigmoid router",
      Seq("qwen3moe.expert_gating_func" -> u32(2)),
      "CHECKPOINT_UNSUPPORTED",
      Seq("routers with the function 2")
    ),
    (
      "scaled weights",
      Seq("qwen3moe.expert_weights_scale" -> f32(2.5f)),
      "CHECKPOINT_UNSUPPORTED",
      Seq("scale of 2.5")
    ),
    (
      "another number of experts",
      Seq("qwen3moe.expert_count" -> u32(4)),
      "CHECKPOINT_TENSORS_MISMATCH",
      Seq("model.layers.1.mlp.experts.down_proj.weight is [3, 64, 32] but should be [4, 64, 32]")
    ),
    (
      "more experts per token than there are",
      Seq("qwen3moe.expert_used_count" -> u32(4)),
      "CHECKPOINT_CONFIG_INVALID",
      Seq("experts per token is 4, not between 1 and 3")
    )
  )

  bad.foreach { case (name, changes, errorClass, named) =>
    test(s"refused with $errorClass: $name") {
      val error = intercept[AuditException](Checkpoints.open(file(changes)))
      assert(error.errorClass.name === errorClass, error.getMessage)
      named.foreach(text => assert(error.getMessage.contains(text), error.getMessage))
    }
  }

  test("refused with CHECKPOINT_CONFIG_INVALID: no number of experts") {
    val without = metadata.filterNot(_._1 == "qwen3moe.expert_count")
    val path = ggufFile(gguf(without, tensors(fused = false)))
    val error = intercept[AuditException](Checkpoints.open(path))
    assert(error.errorClass.name === "CHECKPOINT_CONFIG_INVALID")
    assert(error.getMessage.contains("qwen3moe.expert_count"))
  }
}
