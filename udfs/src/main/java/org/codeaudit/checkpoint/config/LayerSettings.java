package org.codeaudit.checkpoint.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.codeaudit.checkpoint.config.ModelConfig.Experts;
import org.codeaudit.checkpoint.config.ModelConfig.LinearAttention;
import org.codeaudit.checkpoint.file.CheckpointErrors;
import org.codeaudit.checkpoint.file.JsonDocument;

/** The settings of {@code config.json} by which layers differ: experts and linear attention. */
final class LayerSettings {
  private static final int DEFAULT_INTERVAL = 4;
  private static final String FULL = "full_attention";
  private static final String LINEAR = "linear_attention";

  private final JsonDocument json;
  private final int layers;

  /**
   * @param layers of the model; not checked yet
   */
  LayerSettings(JsonDocument json, int layers) {
    this.json = json;
    this.layers = layers;
  }

  /**
   * The experts; empty where no layer has any.
   *
   * @param shared whether the family has an expert for every token
   * @param normalised what is meant where {@code norm_topk_prob} is absent
   */
  Optional<Experts> experts(boolean shared, boolean normalised) {
    // Version 5 of transformers knows both names.
    String countKey = json.has("num_experts") ? "num_experts" : "num_local_experts";
    int count = json.requiredInteger(json.has(countKey) ? countKey : "num_experts");
    BitSet sparse = sparseLayers();
    if (count == 0 || sparse.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Experts(
            count,
            json.requiredInteger("num_experts_per_tok"),
            json.requiredInteger("moe_intermediate_size"),
            shared ? json.requiredInteger("shared_expert_intermediate_size") : 0,
            json.flag("norm_topk_prob").orElse(normalised),
            sparse));
  }

  private BitSet sparseLayers() {
    int step = json.integer("decoder_sparse_step").orElse(1);
    if (step < 1) {
      throw CheckpointErrors.configInvalid(
          json.file(), "Its decoder_sparse_step is " + step + ", not a positive number");
    }
    Set<Integer> dense = new HashSet<>(json.integers("mlp_only_layers"));
    BitSet sparse = new BitSet();
    for (int layer = 0; layer < Math.min(layers, ModelConfigCheck.MOST_LAYERS); layer++) {
      sparse.set(layer, (layer + 1) % step == 0 && !dense.contains(layer));
    }
    return sparse;
  }

  /** The layers of gated delta rule attention; empty where every layer has full attention. */
  Optional<LinearAttention> linearAttention() {
    BitSet linear = linearLayers();
    if (linear.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new LinearAttention(
            json.requiredInteger("linear_num_key_heads"),
            json.requiredInteger("linear_num_value_heads"),
            json.requiredInteger("linear_key_head_dim"),
            json.requiredInteger("linear_value_head_dim"),
            json.requiredInteger("linear_conv_kernel_dim"),
            linear));
  }

  private BitSet linearLayers() {
    Optional<JsonNode> types = json.value("layer_types");
    BitSet linear = new BitSet();
    if (types.isEmpty()) {
      int interval = json.integer("full_attention_interval").orElse(DEFAULT_INTERVAL);
      if (interval < 1) {
        throw CheckpointErrors.configInvalid(
            json.file(), "Its full_attention_interval is " + interval + ", not a positive number");
      }
      for (int layer = 0; layer < Math.min(layers, ModelConfigCheck.MOST_LAYERS); layer++) {
        linear.set(layer, (layer + 1) % interval != 0);
      }
      return linear;
    }
    if (types.get().size() != layers) {
      throw CheckpointErrors.configInvalid(
          json.file(),
          "Its layer_types name " + types.get().size() + " layers but it has " + layers);
    }
    for (int layer = 0; layer < layers; layer++) {
      linear.set(layer, types.get().get(layer).asText().equals(LINEAR));
    }
    return linear;
  }

  /**
   * The first kind of layer named that is neither full attention nor, where that is allowed, linear
   * attention.
   */
  Optional<String> unknownType(boolean linearAllowed) {
    for (JsonNode type : json.value("layer_types").orElse(JsonDocument.JSON.createArrayNode())) {
      String name = type.asText();
      if (!name.equals(FULL) && !(linearAllowed && name.equals(LINEAR))) {
        return Optional.of(name);
      }
    }
    return Optional.empty();
  }
}
