package org.codeaudit.checkpoint.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.codeaudit.checkpoint.config.ModelConfig.Family;
import org.codeaudit.checkpoint.file.CheckpointErrors;
import org.codeaudit.checkpoint.file.JsonDocument;
import org.codeaudit.checkpoint.tensor.TensorLayout;

/** Reads {@code config.json} as transformers versions 4 and 5 write it. */
public final class HuggingFaceConfig {
  private static final Map<String, Family> ARCHITECTURES =
      new TreeMap<>(
          Map.of(
              "LlamaForCausalLM", Family.LLAMA,
              "MistralForCausalLM", Family.MISTRAL,
              "Phi3ForCausalLM", Family.PHI3,
              "Qwen2ForCausalLM", Family.QWEN2,
              "Qwen3ForCausalLM", Family.QWEN3,
              "Qwen3MoeForCausalLM", Family.QWEN3_MOE,
              "Qwen3NextForCausalLM", Family.QWEN3_NEXT));
  private static final Map<String, Family> MODEL_TYPES =
      Map.of(
          "llama", Family.LLAMA,
          "mistral", Family.MISTRAL,
          "phi3", Family.PHI3,
          "qwen2", Family.QWEN2,
          "qwen3", Family.QWEN3,
          "qwen3_moe", Family.QWEN3_MOE,
          "qwen3_next", Family.QWEN3_NEXT);
  private static final double DEFAULT_EPSILON = 1e-6;
  private static final double DEFAULT_EPSILON_OF_PHI = 1e-5;
  private static final int DEFAULT_WINDOW = 4096;

  /** The head sizes of transformers where a file names none and they do not follow from it. */
  private static final Map<Family, Integer> HEAD_SIZES =
      Map.of(Family.QWEN3, 128, Family.QWEN3_NEXT, 256);

  private static final double NEXT_ROTARY_PART = 0.25;

  private final JsonDocument json;
  private final Family family;
  private final RopeSettings rope;

  private HuggingFaceConfig(JsonDocument json) {
    this.json = json;
    this.family = family(json);
    this.rope = new RopeSettings(json);
  }

  /** The configuration; refuses what the forward passes would compute wrongly. */
  public static ModelConfig read(JsonDocument json) {
    HuggingFaceConfig config = new HuggingFaceConfig(json);
    config.refuseUnsupported();
    ModelConfig model = ModelConfigCheck.checked(config.model(), json.file());
    config.slidingWindow().ifPresent(window -> SlidingWindow.check(json.file(), window, model));
    return model;
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
    int layers = json.requiredInteger("num_hidden_layers");
    int headSize = headSize(hidden, heads);
    boolean next = family == Family.QWEN3_NEXT;
    boolean sparse = next || family == Family.QWEN3_MOE;
    LayerSettings settings = new LayerSettings(json, layers);
    return new ModelConfig(
        family,
        hidden,
        layers,
        heads,
        json.integer("num_key_value_heads").orElse(heads),
        headSize,
        rope.rotarySize(headSize, next ? NEXT_ROTARY_PART : 1),
        json.requiredInteger("intermediate_size"),
        json.requiredInteger("vocab_size"),
        rope.contextLength(),
        rope.theta(),
        rope.scaling(),
        json.number("rms_norm_eps")
            .orElse(family == Family.PHI3 ? DEFAULT_EPSILON_OF_PHI : DEFAULT_EPSILON),
        json.flag("tie_word_embeddings").orElse(false),
        family == Family.QWEN2,
        sparse ? settings.experts(next, next) : Optional.empty(),
        next ? settings.linearAttention() : Optional.empty());
  }

  private int headSize(int hidden, int heads) {
    if (json.has("head_dim")) {
      return json.requiredInteger("head_dim");
    }
    if (HEAD_SIZES.containsKey(family)) {
      return HEAD_SIZES.get(family);
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

  private void refuseUnsupported() {
    boolean next = family == Family.QWEN3_NEXT;
    Optional<String> unknown = new LayerSettings(json, 0).unknownType(next);
    if (unknown.isPresent()) {
      throw unsupported("layers of " + TensorLayout.shown(unknown.get()) + " (layer_types)");
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
    if (rope.hasLongFactors() && family != Family.PHI3) {
      throw unsupported("the rope scaling longrope" + RopeSettings.SUPPORTED);
    }
    double rotaryPart = rope.part(1);
    if (rotaryPart != 1 && !next && family != Family.PHI3) {
      throw unsupported("a partial_rotary_factor of " + rotaryPart);
    }
  }

  /**
   * Positions that a token attends to, where there is a limit: Qwen's configurations name one and
   * say whether it counts, the others have none where the key is null.
   */
  private OptionalInt slidingWindow() {
    Boolean used = json.flag("use_sliding_window").orElse(null);
    boolean asked = used != null ? used : family == Family.MISTRAL || family == Family.PHI3;
    if (!asked) {
      return OptionalInt.empty();
    }
    // transformers takes a window where a file of these says nothing at all
    boolean silent = !json.node().has("sliding_window") && family != Family.PHI3;
    return silent ? OptionalInt.of(DEFAULT_WINDOW) : json.integer("sliding_window");
  }

  private RuntimeException unsupported(String feature) {
    return CheckpointErrors.unsupportedFeature(json.file(), feature);
  }
}
