package org.codeaudit.checkpoint;

import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.codeaudit.checkpoint.config.ExpectedTensors;
import org.codeaudit.checkpoint.config.ModelConfig;
import org.codeaudit.checkpoint.config.ModelConfig.Experts;
import org.codeaudit.checkpoint.config.ModelConfig.Family;
import org.codeaudit.checkpoint.config.ModelConfig.RopeScaling;
import org.codeaudit.checkpoint.config.ModelConfigCheck;
import org.codeaudit.checkpoint.config.RopeSettings;
import org.codeaudit.checkpoint.config.SlidingWindow;
import org.codeaudit.checkpoint.file.CheckpointErrors;
import org.codeaudit.checkpoint.file.Revision;
import org.codeaudit.checkpoint.gguf.GgufFile;
import org.codeaudit.checkpoint.gguf.GgufMetadata;
import org.codeaudit.checkpoint.gguf.GgufRope;
import org.codeaudit.checkpoint.gguf.GgufTensorNames;
import org.codeaudit.checkpoint.gguf.GgufTokenizer;
import org.codeaudit.checkpoint.tensor.TensorInfo;
import org.codeaudit.checkpoint.tensor.TensorInfo.RowOrder;
import org.codeaudit.checkpoint.tensor.TensorLayout;

/** A GGUF file as a checkpoint: its metadata as a configuration, its tensors by the usual names. */
final class GgufModel {
  private static final Map<String, Family> ARCHITECTURES =
      new TreeMap<>(
          Map.of(
              "llama", Family.LLAMA,
              "phi3", Family.PHI3,
              "qwen2", Family.QWEN2,
              "qwen3", Family.QWEN3,
              "qwen3moe", Family.QWEN3_MOE));
  private static final String NEXT = "qwen3next";

  /** The number of the function that makes probabilities of router logits. */
  private static final int SOFTMAX = 1;

  private static final String EMBEDDING = "model.embed_tokens.weight";

  private final Path file;
  private final GgufMetadata metadata;
  private final String architecture;
  private final Family family;
  private final SortedMap<String, TensorInfo> tensors = new TreeMap<>();

  private GgufModel(GgufFile gguf) {
    this.metadata = gguf.metadata();
    this.file = metadata.file();
    this.architecture = metadata.requiredText("general.architecture");
    this.family = family();
    refuseUnsupported();
    gguf.tensors().stream().map(this::renamed).forEach(t -> tensors.put(t.name(), t));
  }

  static Checkpoint open(Path file) {
    GgufFile gguf = GgufFile.read(file);
    GgufModel model = new GgufModel(gguf);
    ModelConfig config = ModelConfigCheck.checked(model.config(), file);
    model.refuseWindow(config);
    // factors of rotary frequencies are settings and no weights
    model.tensors.keySet().removeIf(name -> name.startsWith("rope_"));
    SortedMap<String, TensorInfo> tensors =
        FusedProjections.apart(config, StackedExperts.apart(config, model.tensors, file), file);
    ExpectedTensors.check(config, tensors, file);
    GgufTokenizer tokenizer = new GgufTokenizer(gguf.metadata(), config);
    return new OpenCheckpoint(
        file,
        "gguf",
        config,
        tensors,
        tokenizer::files,
        tokenizer.generationDefaults(),
        () -> new Revision().add(file, gguf.dataOffset()).hex());
  }

  private Family family() {
    Family known = ARCHITECTURES.get(architecture);
    if (architecture.equals(NEXT)) {
      // Its norms, decay rates and projections are stored as other numbers than those of the model.
      throw CheckpointErrors.unsupported(
          file,
          "It holds a model of the architecture qwen3next, which is read from safetensors only",
          "Use the safetensors checkpoint of the model");
    }
    if (known == null) {
      throw CheckpointErrors.unsupported(
          file,
          "Its architecture "
              + TensorLayout.shown(architecture)
              + " is unknown; known are "
              + ARCHITECTURES.keySet(),
          "Use a file of a known architecture");
    }
    return known;
  }

  private TensorInfo renamed(TensorInfo stored) {
    String name = GgufTensorNames.huggingFace(stored.name());
    if (family.fusesProjections()) {
      name = name.replace(".mlp.up_proj.", ".mlp.gate_up_proj.");
    }
    boolean rotary = name.contains(".self_attn.q_proj.") || name.contains(".self_attn.k_proj.");
    RowOrder order = family == Family.LLAMA && rotary ? RowOrder.INTERLEAVED : RowOrder.HALVES;
    return new TensorInfo(
        name, stored.type(), stored.shape(), file, stored.offset(), stored.bytes(), order);
  }

  private ModelConfig config() {
    int hidden = metadata.requiredInteger(key("embedding_length"));
    int heads = metadata.requiredInteger(key("attention.head_count"));
    int layers = metadata.requiredInteger(key("block_count"));
    int headSize = headSize(hidden, heads);
    GgufRope rope = new GgufRope(metadata, architecture);
    int rotarySize = rotarySize(headSize);
    Optional<RopeScaling> scaling = rope.scaling(rotarySize, tensors);
    return new ModelConfig(
        family,
        hidden,
        layers,
        heads,
        metadata.integer(key("attention.head_count_kv")).orElse(heads),
        headSize,
        rotarySize,
        metadata.requiredInteger(key("feed_forward_length")),
        vocabularySize(),
        RopeSettings.contextLength(metadata.requiredInteger(key("context_length")), scaling),
        rope.theta(),
        scaling,
        metadata.requiredNumber(key("attention.layer_norm_rms_epsilon")),
        !tensors.containsKey("lm_head.weight"),
        family == Family.QWEN2,
        experts(layers),
        Optional.empty());
  }

  /** A layer is sparse if it has a router; the metadata does not say which have. */
  private Optional<Experts> experts(int layers) {
    BitSet sparse = new BitSet();
    for (int layer = 0; layer < Math.min(layers, ModelConfigCheck.MOST_LAYERS); layer++) {
      sparse.set(layer, tensors.containsKey("model.layers." + layer + ".mlp.gate.weight"));
    }
    if (family != Family.QWEN3_MOE || sparse.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Experts(
            metadata.requiredInteger(key("expert_count")),
            metadata.requiredInteger(key("expert_used_count")),
            metadata.requiredInteger(key("expert_feed_forward_length")),
            0,
            metadata.flag(key("expert_weights_norm")).orElse(true),
            sparse));
  }

  private int headSize(int hidden, int heads) {
    int implied = heads > 0 ? hidden / heads : 0;
    int headSize = metadata.integer(key("attention.key_length")).orElse(implied);
    int valueSize = metadata.integer(key("attention.value_length")).orElse(headSize);
    if (valueSize != headSize) {
      throw unsupported("heads of " + headSize + " numbers with values of " + valueSize);
    }
    return headSize;
  }

  /** Only Phi's models may turn a part of a head. */
  private int rotarySize(int headSize) {
    int rotary = metadata.integer(key("rope.dimension_count")).orElse(headSize);
    if (rotary != headSize && family != Family.PHI3) {
      throw unsupported("heads of " + headSize + " numbers with " + rotary + " rotated ones");
    }
    return rotary;
  }

  private void refuseWindow(ModelConfig config) {
    String key = key("attention.sliding_window");
    // Files of Phi's models that say nothing are older than the key, and may have a window.
    int window =
        family == Family.PHI3 ? metadata.requiredInteger(key) : metadata.integer(key).orElse(0);
    if (window > 0) {
      SlidingWindow.check(file, window, config);
    }
  }

  private int vocabularySize() {
    TensorInfo embedding = tensors.get(EMBEDDING);
    if (embedding == null || embedding.shape().get(0) > Integer.MAX_VALUE) {
      throw CheckpointErrors.tensorsMismatch(
          file, List.of(EMBEDDING + " (token_embd.weight) is missing or too large"));
    }
    return embedding.shape().get(0).intValue();
  }

  private void refuseUnsupported() {
    if (metadata.integer("split.count").orElse(1) > 1) {
      throw unsupported("the other files of a split GGUF");
    }
    if (family != Family.QWEN3_MOE && metadata.integer(key("expert_count")).orElse(0) > 0) {
      throw unsupported("a mixture of experts in the architecture " + architecture);
    }
    int router = metadata.integer(key("expert_gating_func")).orElse(SOFTMAX);
    double scale = metadata.number(key("expert_weights_scale")).orElse(1);
    if (router != SOFTMAX || (scale != 1 && scale != 0)) {
      throw unsupported("routers with the function " + router + " and a scale of " + scale);
    }
  }

  private String key(String name) {
    return architecture + "." + name;
  }

  private RuntimeException unsupported(String feature) {
    return CheckpointErrors.unsupportedFeature(file, feature);
  }
}
