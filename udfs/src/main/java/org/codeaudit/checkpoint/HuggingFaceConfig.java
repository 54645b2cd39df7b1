package org.codeaudit.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.codeaudit.checkpoint.ModelConfig.Family;
import org.codeaudit.checkpoint.ModelConfig.Llama3RopeScaling;
import org.codeaudit.checkpoint.ModelConfig.RopeScaling;

/** Reads {@code config.json} as transformers versions 4 and 5 write it. */
final class HuggingFaceConfig {
  private static final Map<String, Family> ARCHITECTURES =
      new TreeMap<>(
          Map.of(
              "LlamaForCausalLM", Family.LLAMA,
              "Qwen2ForCausalLM", Family.QWEN2,
              "Qwen3ForCausalLM", Family.QWEN3));
  private static final Map<String, Family> MODEL_TYPES =
      Map.of("llama", Family.LLAMA, "qwen2", Family.QWEN2, "qwen3", Family.QWEN3);
  private static final double DEFAULT_THETA = 10_000;
  private static final double DEFAULT_EPSILON = 1e-6;
  private static final int QWEN3_HEAD_SIZE = 128;

  private final JsonDocument json;
  private final Family family;

  private HuggingFaceConfig(JsonDocument json) {
    this.json = json;
    this.family = family(json);
  }

  /** The configuration; refuses what the forward passes would compute wrongly. */
  static ModelConfig read(JsonDocument json) {
    HuggingFaceConfig config = new HuggingFaceConfig(json);
    config.refuseUnsupported();
    return ModelConfigCheck.checked(config.model(), json.file());
  }

  private static Family family(JsonDocument json) {
    Optional<String> architecture =
        json.value("architectures").map(list -> list.path(0)).map(JsonNode::asText);
    Optional<String> modelType = json.text("model_type");
    Family family =
        architecture
            .map(ARCHITECTURES::get)
            .orElse(architecture.isPresent() ? null : modelType.map(MODEL_TYPES::get).orElse(null));
    if (family == null) {
      throw CheckpointErrors.unsupported(
          json.file(),
          "Its architecture "
              + TensorLayout.shown(architecture.or(() -> modelType).orElse("(none named)"))
              + " is unknown; known are "
              + ARCHITECTURES.keySet(),
          "Use a checkpoint of a known architecture");
    }
    return family;
  }

  private ModelConfig model() {
    int hidden = json.requiredInteger("hidden_size");
    int heads = json.requiredInteger("num_attention_heads");
    JsonDocument rope = rope();
    return new ModelConfig(
        family,
        hidden,
        json.requiredInteger("num_hidden_layers"),
        heads,
        json.integer("num_key_value_heads").orElse(heads),
        headSize(hidden, heads),
        json.requiredInteger("intermediate_size"),
        json.requiredInteger("vocab_size"),
        json.requiredInteger("max_position_embeddings"),
        rope.number("rope_theta").orElse(json.number("rope_theta").orElse(DEFAULT_THETA)),
        scaling(rope),
        json.number("rms_norm_eps").orElse(DEFAULT_EPSILON),
        json.flag("tie_word_embeddings").orElse(false),
        family == Family.QWEN2);
  }

  private int headSize(int hidden, int heads) {
    if (json.has("head_dim")) {
      return json.requiredInteger("head_dim");
    }
    if (family == Family.QWEN3) {
      return QWEN3_HEAD_SIZE;
    }
    if (heads < 1 || hidden % heads != 0) {
      throw CheckpointErrors.configInvalid(
          json.file(),
          "It has no head_dim, and hidden_size "
              + hidden
              + " is no multiple of the "
              + heads
              + " attention heads");
    }
    return hidden / heads;
  }

  /** Version 5 of transformers keeps all rotary settings in one object; version 4 does not. */
  private JsonDocument rope() {
    return json.object("rope_parameters")
        .or(() -> json.object("rope_scaling"))
        .orElse(
            new JsonDocument(json.file(), "rope_scaling.", JsonDocument.JSON.createObjectNode()));
  }

  private Optional<RopeScaling> scaling(JsonDocument rope) {
    String type = rope.text("rope_type").or(() -> rope.text("type")).orElse("default");
    switch (type) {
      case "default":
        if (rope.has("factor")) {
          throw unsupported("a rope factor without a rope_type");
        }
        return Optional.empty();
      case "llama3":
        return Optional.of(
            new Llama3RopeScaling(
                requiredNumber(rope, "factor"),
                requiredNumber(rope, "low_freq_factor"),
                requiredNumber(rope, "high_freq_factor"),
                rope.requiredInteger("original_max_position_embeddings")));
      default:
        throw unsupported(
            "the rope scaling " + TensorLayout.shown(type) + " (default and llama3 are supported)");
    }
  }

  private double requiredNumber(JsonDocument rope, String key) {
    return rope.number(key)
        .orElseThrow(
            () ->
                CheckpointErrors.configInvalid(
                    json.file(), "It lacks the key " + rope.prefix() + key));
  }

  private void refuseUnsupported() {
    if (json.flag("use_sliding_window").orElse(false) || slidingLayer()) {
      throw unsupported("sliding window attention (use_sliding_window or layer_types)");
    }
    if (json.flag("attention_bias").orElse(false) && family != Family.QWEN2) {
      throw unsupported("attention_bias, as it biases the output projection too");
    }
    if (json.flag("mlp_bias").orElse(false)) {
      throw unsupported("mlp_bias");
    }
    String activation = json.text("hidden_act").orElse("silu");
    if (!activation.equals("silu")) {
      throw unsupported(
          "the activation " + TensorLayout.shown(activation) + " (silu is supported)");
    }
    double rotaryPart =
        rope()
            .number("partial_rotary_factor")
            .orElse(json.number("partial_rotary_factor").orElse(1));
    if (rotaryPart != 1) {
      throw unsupported("a partial_rotary_factor of " + rotaryPart);
    }
  }

  private boolean slidingLayer() {
    for (JsonNode type : json.value("layer_types").orElse(JsonDocument.JSON.createArrayNode())) {
      if (!type.asText().equals("full_attention")) {
        return true;
      }
    }
    return false;
  }

  private RuntimeException unsupported(String feature) {
    return CheckpointErrors.unsupported(
        json.file(),
        "It needs " + feature + ", which is not supported",
        "Use a checkpoint of the model without it");
  }
}
