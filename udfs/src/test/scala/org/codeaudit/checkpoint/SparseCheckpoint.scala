package org.codeaudit.checkpoint
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._
import org.codeaudit.checkpoint.safetensors.{SafetensorsWriter, SeededNumbers}
import org.codeaudit.checkpoint.safetensors.SafetensorsWriter.Tensor

/** Checkpoints with the names, shapes, shards and configuration of large published models, whose
  * numbers are holes in the files: they take a few megabytes of disk. Read as zeros, the layers
  * leave the residual stream as it is, so it carries the embedding of its token to every router;
  * what is seeded decides where a token is sent, as in a real model.
  *
  * @param config
  *   text of config.json
  * @param shards
  *   as many as the published checkpoint has
  */
final case class SparseCheckpoint(config: String, shards: Int, shapes: Seq[(String, Seq[Long])]) {

  def bytes: Long = 2 * shapes.map(_._2.product).sum

  /** @param seeded
    *   rows of embedding that are seeded, and routers if there are any: 0 for a checkpoint of holes
    */
  def write(folder: Path, seeded: Int = 0): Path = {
    Files.createDirectories(folder)
    Files.writeString(folder.resolve("config.json"), config)
    SyntheticCheckpoint.writeTokenizer(folder)
    val tensors = shapes.map { case (name, shape) =>
      val (numbers, rows) = name match {
        case _ if seeded == 0                   => (SeededNumbers.ZERO, 0L)
        case "model.embed_tokens.weight"        => (new SeededNumbers(0, 0.02), seeded.toLong)
        case n if n.endsWith("mlp.gate.weight") =>
          (new SeededNumbers(0, 2 / math.sqrt(shape.last.toDouble)), shape.head)
        case n if n.endsWith("norm.weight") => (SeededNumbers.ONE, shape.head)
        case _                              => (SeededNumbers.ZERO, 0L)
      }
      new Tensor(name, shape.map(long2Long).asJava, numbers, rows)
    }
    new SafetensorsWriter(folder, 30).write(tensors.asJava, shards)
    folder
  }
}

object SparseCheckpoint {
  private val Vocabulary = 151936L

  private val common =
    """"hidden_act": "silu", "rms_norm_eps": 1e-06, "torch_dtype": "bfloat16",
      "vocab_size": 151936, "tie_word_embeddings": false, "attention_bias": false,
      "use_sliding_window": false, "eos_token_id": 151645, "rope_scaling": null"""

  private val sparseKeys =
    """"norm_topk_prob": true, "decoder_sparse_step": 1, "mlp_only_layers": [],
      "output_router_logits": false, "router_aux_loss_coef": 0.001"""

  val qwen3Coder30b: SparseCheckpoint = SparseCheckpoint(
    s"""{"architectures": ["Qwen3MoeForCausalLM"], "model_type": "qwen3_moe", $common, $sparseKeys,
      "hidden_size": 2048, "num_hidden_layers": 48, "num_attention_heads": 32,
      "num_key_value_heads": 4, "head_dim": 128, "intermediate_size": 5472,
      "moe_intermediate_size": 768, "num_experts": 128, "num_experts_per_tok": 8,
      "shared_expert_intermediate_size": 0, "use_qk_norm": true, "qkv_bias": false,
      "max_position_embeddings": 262144, "rope_theta": 10000000}""",
    shards = 16,
    model(2048, 48) { layer =>
      attention(layer, 2048, queries = 4096, keys = 512, head = 128) ++
        experts(layer, 128, 2048, 768)
    }
  )

  val qwen3Next80b: SparseCheckpoint = SparseCheckpoint(
    s"""{"architectures": ["Qwen3NextForCausalLM"], "model_type": "qwen3_next", $common,
      $sparseKeys, "hidden_size": 2048, "num_hidden_layers": 48, "num_attention_heads": 16,
      "num_key_value_heads": 2, "head_dim": 256, "intermediate_size": 5120,
      "moe_intermediate_size": 512, "num_experts": 512, "num_experts_per_tok": 10,
      "shared_expert_intermediate_size": 512, "linear_num_key_heads": 16,
      "linear_num_value_heads": 32, "linear_key_head_dim": 128, "linear_value_head_dim": 128,
      "linear_conv_kernel_dim": 4, "partial_rotary_factor": 0.25, "full_attention_interval": 4,
      "max_position_embeddings": 262144, "rope_theta": 10000000}""",
    shards = 41,
    model(2048, 48) { layer =>
      val index = layer.split('.')(2).toInt
      val mixer =
        if ((index + 1) % 4 == 0) attention(layer, 2048, queries = 8192, keys = 512, head = 256)
        else deltaNet(layer)
      mixer ++ experts(layer, 512, 2048, 512) ++
        dense(layer + "mlp.shared_expert.", 2048, 512) :+
        (layer + "mlp.shared_expert_gate.weight" -> Seq(1L, 2048L))
    }
  )

  val qwen3Dense32b: SparseCheckpoint = SparseCheckpoint(
    s"""{"architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", $common,
      "hidden_size": 5120, "num_hidden_layers": 64, "num_attention_heads": 64,
      "num_key_value_heads": 8, "head_dim": 128, "intermediate_size": 25600,
      "max_position_embeddings": 40960, "rope_theta": 1000000}""",
    shards = 17,
    model(5120, 64) { layer =>
      attention(layer, 5120, queries = 8192, keys = 1024, head = 128) ++
        dense(layer + "mlp.", 5120, 25600)
    }
  )

  private def model(hidden: Long, layers: Int)(layer: String => Seq[(String, Seq[Long])]) =
    ("model.embed_tokens.weight" -> Seq(Vocabulary, hidden)) +:
      (0 until layers).flatMap { index =>
        val prefix = s"model.layers.$index."
        Seq(
          prefix + "input_layernorm.weight" -> Seq(hidden),
          prefix + "post_attention_layernorm.weight" -> Seq(hidden)
        ) ++ layer(prefix)
      } :+
      ("model.norm.weight" -> Seq(hidden)) :+
      ("lm_head.weight" -> Seq(Vocabulary, hidden))

  /** @param queries rows of the query projection, which also gives the gates in Qwen3-Next */
  private def attention(layer: String, hidden: Long, queries: Long, keys: Long, head: Long) = {
    val gated = head == 256
    Seq(
      "q_proj" -> Seq(queries, hidden),
      "k_proj" -> Seq(keys, hidden),
      "v_proj" -> Seq(keys, hidden),
      "o_proj" -> Seq(hidden, if (gated) queries / 2 else queries),
      "q_norm" -> Seq(head),
      "k_norm" -> Seq(head)
    ).map { case (name, shape) => s"${layer}self_attn.$name.weight" -> shape }
  }

  private def deltaNet(layer: String) = Seq(
    "in_proj_qkvz.weight" -> Seq(12288L, 2048L),
    "in_proj_ba.weight" -> Seq(64L, 2048L),
    "conv1d.weight" -> Seq(8192L, 1L, 4L),
    "dt_bias" -> Seq(32L),
    "A_log" -> Seq(32L),
    "norm.weight" -> Seq(128L),
    "out_proj.weight" -> Seq(2048L, 4096L)
  ).map { case (name, shape) => s"${layer}linear_attn.$name" -> shape }

  private def experts(layer: String, count: Int, hidden: Long, intermediate: Long) =
    (layer + "mlp.gate.weight" -> Seq(count.toLong, hidden)) +:
      (0 until count).flatMap(e => dense(s"${layer}mlp.experts.$e.", hidden, intermediate))

  private def dense(prefix: String, hidden: Long, intermediate: Long) = Seq(
    prefix + "gate_proj.weight" -> Seq(intermediate, hidden),
    prefix + "up_proj.weight" -> Seq(intermediate, hidden),
    prefix + "down_proj.weight" -> Seq(hidden, intermediate)
  )
}
