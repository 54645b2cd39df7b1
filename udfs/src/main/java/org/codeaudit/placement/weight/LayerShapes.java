package org.codeaudit.placement.weight;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.codeaudit.checkpoint.config.ModelConfig;
import org.codeaudit.checkpoint.config.ModelConfig.Experts;
import org.codeaudit.checkpoint.config.ModelConfig.LinearAttention;

/** Makes the shapes of a model's layers from its configuration. */
final class LayerShapes {
  private final ModelConfig config;
  private final Function<String, Storage> storage;

  /**
   * @param storage how a matrix of this Hugging Face name is stored
   */
  LayerShapes(ModelConfig config, Function<String, Storage> storage) {
    this.config = config;
    this.storage = storage;
  }

  LayerShape layer(int index) {
    String layer = "model.layers." + index + ".";
    List<Matrix> common = new ArrayList<>();
    long small = 2L * config.hiddenSize();
    small += config.linear(index) ? linear(layer + "linear_attn.", common) : full(layer, common);
    List<Matrix> feedForward = new ArrayList<>();
    if (config.sparse(index)) {
      small += experts(layer + "mlp.", common, feedForward);
    } else {
      gated(feedForward, layer + "mlp.", config.intermediateSize());
    }
    return new LayerShape(common, feedForward, small);
  }

  /** Adds softmax attention's matrices; its small numbers. */
  private long full(String layer, List<Matrix> matrices) {
    String attention = layer + "self_attn.";
    long hidden = config.hiddenSize();
    long queries = (long) config.attentionHeads() * config.headSize();
    long keys = (long) config.keyValueHeads() * config.headSize();
    long gated = config.family().gatesAttention() ? 2 * queries : queries;
    add(matrices, attention + "q_proj.weight", gated, hidden);
    add(matrices, attention + "k_proj.weight", keys, hidden);
    add(matrices, attention + "v_proj.weight", keys, hidden);
    add(matrices, attention + "o_proj.weight", hidden, queries);
    long biases = config.attentionBias() ? queries + 2 * keys : 0;
    return biases + (config.family().normalisesHeads() ? 2L * config.headSize() : 0);
  }

  /** Adds the gated delta rule's matrices; its small numbers. */
  private long linear(String attention, List<Matrix> matrices) {
    LinearAttention linear = config.linearAttention().orElseThrow();
    long hidden = config.hiddenSize();
    long values = (long) linear.valueHeads() * linear.valueHeadSize();
    add(matrices, attention + "in_proj_qkvz.weight", linear.channels() + values, hidden);
    add(matrices, attention + "in_proj_ba.weight", 2L * linear.valueHeads(), hidden);
    add(matrices, attention + "out_proj.weight", hidden, values);
    long convolution = (long) linear.channels() * linear.convolutionWidth();
    return convolution + 2L * linear.valueHeads() + linear.valueHeadSize();
  }

  /** Adds the experts; numbers of the router and of the shared expert's gate. */
  private long experts(String mlp, List<Matrix> common, List<Matrix> feedForward) {
    Experts experts = config.experts().orElseThrow();
    for (int expert = 0; expert < experts.count(); expert++) {
      gated(feedForward, mlp + "experts." + expert + ".", experts.intermediateSize());
    }
    long router = (long) experts.count() * config.hiddenSize();
    if (experts.sharedIntermediateSize() == 0) {
      return router;
    }
    gated(common, mlp + "shared_expert.", experts.sharedIntermediateSize());
    return router + config.hiddenSize();
  }

  private void gated(List<Matrix> matrices, String prefix, long width) {
    add(matrices, prefix + "gate_proj.weight", width, config.hiddenSize());
    add(matrices, prefix + "up_proj.weight", width, config.hiddenSize());
    add(matrices, prefix + "down_proj.weight", config.hiddenSize(), width);
  }

  /** Adds a matrix, or counts it to those of its kind. */
  private void add(List<Matrix> matrices, String name, long rows, long columns) {
    Storage stored = storage.apply(name);
    for (int i = 0; i < matrices.size(); i++) {
      Matrix one = matrices.get(i);
      if (one.rows() == rows && one.columns() == columns && one.storage().equals(stored)) {
        matrices.set(i, one.more());
        return;
      }
    }
    matrices.add(new Matrix(name, rows, columns, 1, stored));
  }
}
