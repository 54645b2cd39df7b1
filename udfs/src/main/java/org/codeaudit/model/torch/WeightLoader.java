package org.codeaudit.model.torch;

import java.util.List;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.ModelConfig;
import org.codeaudit.checkpoint.ModelConfig.Experts;
import org.codeaudit.checkpoint.ModelConfig.LinearAttention;
import org.codeaudit.checkpoint.TensorInfo;
import org.codeaudit.placement.WeightForm;

/**
 * Builds the decoder of a checkpoint's tensors, layer by layer. What a layer consists of gets the
 * names that {@code decoder.py} looks for.
 */
final class WeightLoader {
  private static final int F32 = WeightForm.F32.dtype();
  private static final String EMBEDDING = "model.embed_tokens.weight";

  private final ModelConfig config;
  private final TorchProgram program;
  private final TensorParts parts;
  private final Placement placement;
  private final WeightForm form;
  private final MatrixLoader matrices;
  private long bytes;

  WeightLoader(Checkpoint checkpoint, TorchProgram program, Placement placement) {
    this.config = checkpoint.config();
    this.program = program;
    this.parts = new TensorParts(checkpoint, program);
    this.placement = placement;
    this.form = MatrixLoader.plain(placement.weights());
    this.matrices = new MatrixLoader(parts, program, placement);
  }

  /** Memory the weights take, mapped or not. */
  long bytes() {
    return bytes + matrices.bytes();
  }

  /** Numbers of the model. */
  long parameters() {
    return parts.parameters();
  }

  void load() {
    program.call("on", placement.device());
    TensorInfo embedding = parts.tensor(EMBEDDING);
    parts.part(EMBEDDING, form.dtype());
    program.call("put_embedding");
    bytes += embedding.elements() * (storedAs(embedding) == F32 ? 4 : 2);
    for (int layer = 0; layer < config.layers(); layer++) {
      loadLayer("model.layers." + layer + ".", config.linear(layer), config.sparse(layer));
    }
    norm("model.norm.weight", "norm");
    loadHead();
    program.call("put_head");
    program.call("drop_files");
  }

  private void loadLayer(String layer, boolean linear, boolean sparse) {
    norm(layer + "input_layernorm.weight", "attention_norm");
    norm(layer + "post_attention_layernorm.weight", "feed_norm");
    program.call("add_layer");
    if (linear) {
      loadLinearAttention(layer + "linear_attn.", config.linearAttention().orElseThrow());
    } else {
      loadAttention(layer + "self_attn.");
    }
    if (sparse) {
      loadExperts(layer + "mlp.", config.experts().orElseThrow());
    } else {
      loadFeedForward(layer + "mlp.");
    }
    program.call("forget");
  }

  private void loadAttention(String attention) {
    if (config.family().normalisesHeads()) {
      norm(attention + "q_norm.weight", "query_norm");
      norm(attention + "k_norm.weight", "key_norm");
    }
    if (config.attentionBias()) {
      for (String projection : List.of("q", "k", "v")) {
        parts.part(attention + projection + "_proj.bias", F32);
      }
      program.call("put_bias");
    }
    matrices.put(
        "attention_input",
        attention + "q_proj.weight",
        attention + "k_proj.weight",
        attention + "v_proj.weight");
    matrices.put("attention_output", attention + "o_proj.weight");
    long[] sizes = {
      config.attentionHeads(),
      config.keyValueHeads(),
      config.headSize(),
      config.rotarySize(),
      config.family().gatesAttention() ? 1 : 0
    };
    program.call("add_attention", sizes);
  }

  private void loadLinearAttention(String attention, LinearAttention linear) {
    matrices.put("linear_input", attention + "in_proj_qkvz.weight");
    matrices.put("linear_gates", attention + "in_proj_ba.weight");
    matrices.put("linear_output", attention + "out_proj.weight");
    small(attention + "conv1d.weight", "filter", 0);
    small(attention + "A_log", "decay_logarithm", 0);
    small(attention + "dt_bias", "decay_bias", 0);
    small(attention + "norm.weight", "linear_norm", 0); // the only norm that is stored as it is
    long[] sizes = {
      linear.keyHeads(),
      linear.valueHeads() / linear.keyHeads(),
      linear.keyHeadSize(),
      linear.valueHeadSize()
    };
    program.call("add_linear_attention", sizes);
  }

  private void loadFeedForward(String feedForward) {
    matrices.put("feed_input", feedForward + "gate_proj.weight", feedForward + "up_proj.weight");
    matrices.put("feed_output", feedForward + "down_proj.weight");
    program.call("add_feed_forward");
  }

  private void loadExperts(String feedForward, Experts experts) {
    small(feedForward + "gate.weight", "router", 0);
    if (experts.sharedIntermediateSize() > 0) {
      String shared = feedForward + "shared_expert.";
      matrices.put("shared_input", shared + "gate_proj.weight", shared + "up_proj.weight");
      matrices.put("shared_output", shared + "down_proj.weight");
      small(feedForward + "shared_expert_gate.weight", "shared_gate", 0);
    }
    program.call("add_experts", experts.perToken(), experts.normalised() ? 1 : 0);
    bytes += new ExpertLoader(experts, parts, program, placement, matrices::put).load(feedForward);
  }

  /**
   * The output projection: of its own, or the embedding, which then is not stored twice if it can.
   */
  private void loadHead() {
    if (!config.tiedEmbeddings()) {
      matrices.putPlain("head", "lm_head.weight");
      return;
    }
    TensorInfo embedding = parts.tensor(EMBEDDING);
    program.call("part_embedding");
    matrices.putEmbedding("head", embedding, storedAs(embedding));
  }

  /** Puts a norm's weights, which some families store less one. */
  private void norm(String tensor, String name) {
    small(tensor, name, config.family().gatesAttention() ? 1 : 0);
  }

  /** Puts a small tensor in 32-bit floats, with something added to each of its numbers. */
  private void small(String tensor, String name, double added) {
    parts.part(tensor, F32);
    bytes += 4 * parts.tensor(tensor).elements();
    program.call("put_tensor", name, added);
  }

  /** The type an embedding has in the decoder; one that must be decoded takes the form's. */
  private int storedAs(TensorInfo embedding) {
    return TensorParts.mappable(embedding) ? TensorParts.dtype(embedding) : form.dtype();
  }
}
