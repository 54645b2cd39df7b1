package org.codeaudit.checkpoint;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.codeaudit.checkpoint.ModelConfig.Family;
import org.codeaudit.checkpoint.ModelConfig.RopeScaling;
import org.codeaudit.checkpoint.TensorInfo.RowOrder;

/** A GGUF file as a checkpoint: its metadata as a configuration, its tensors by the usual names. */
final class GgufModel {
  private static final Map<String, Family> ARCHITECTURES =
      new TreeMap<>(Map.of("llama", Family.LLAMA, "qwen2", Family.QWEN2, "qwen3", Family.QWEN3));
  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String ROPE_FACTORS = "rope_freqs.weight";
  private static final double DEFAULT_THETA = 10_000;

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
    ExpectedTensors.check(config, model.tensors, file);
    GgufTokenizer tokenizer = new GgufTokenizer(gguf.metadata(), config);
    return new OpenCheckpoint(
        file,
        "gguf",
        config,
        model.tensors,
        tokenizer::files,
        tokenizer.generationDefaults(),
        () -> new Revision().add(file, gguf.dataOffset()).hex());
  }

  private Family family() {
    Family known = ARCHITECTURES.get(architecture);
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
    boolean rotary = name.contains(".self_attn.q_proj.") || name.contains(".self_attn.k_proj.");
    RowOrder order = family == Family.LLAMA && rotary ? RowOrder.INTERLEAVED : RowOrder.HALVES;
    return new TensorInfo(
        name, stored.type(), stored.shape(), file, stored.offset(), stored.bytes(), order);
  }

  private ModelConfig config() {
    int hidden = metadata.requiredInteger(key("embedding_length"));
    int heads = metadata.requiredInteger(key("attention.head_count"));
    int headSize = headSize(hidden, heads);
    return new ModelConfig(
        family,
        hidden,
        metadata.requiredInteger(key("block_count")),
        heads,
        metadata.integer(key("attention.head_count_kv")).orElse(heads),
        headSize,
        metadata.requiredInteger(key("feed_forward_length")),
        vocabularySize(),
        metadata.requiredInteger(key("context_length")),
        metadata.number(key("rope.freq_base")).orElse(DEFAULT_THETA),
        ropeScaling(headSize),
        metadata.requiredNumber(key("attention.layer_norm_rms_epsilon")),
        !tensors.containsKey("lm_head.weight"),
        family == Family.QWEN2);
  }

  private int headSize(int hidden, int heads) {
    int implied = heads > 0 ? hidden / heads : 0;
    int headSize = metadata.integer(key("attention.key_length")).orElse(implied);
    int valueSize = metadata.integer(key("attention.value_length")).orElse(headSize);
    int rotary = metadata.integer(key("rope.dimension_count")).orElse(headSize);
    if (valueSize != headSize || rotary != headSize) {
      throw unsupported(
          "heads of "
              + headSize
              + " numbers with values of "
              + valueSize
              + " and "
              + rotary
              + " rotated numbers");
    }
    return headSize;
  }

  private int vocabularySize() {
    TensorInfo embedding = tensors.get(EMBEDDING);
    if (embedding == null || embedding.shape().get(0) > Integer.MAX_VALUE) {
      throw CheckpointErrors.tensorsMismatch(
          file, 1, List.of(EMBEDDING + " (token_embd.weight) is missing or too large"));
    }
    return embedding.shape().get(0).intValue();
  }

  /** A file states the {@code llama3} scaling by the divisor of every frequency. */
  private Optional<RopeScaling> ropeScaling(int headSize) {
    TensorInfo tensor = tensors.get(ROPE_FACTORS);
    if (tensor == null) {
      return Optional.empty();
    }
    if (!tensor.shape().equals(List.of((long) headSize / 2))) {
      throw CheckpointErrors.tensorsMismatch(
          file,
          1,
          List.of(
              ROPE_FACTORS + " is " + tensor.shape() + " but should be [" + headSize / 2 + "]"));
    }
    float[] factors = new float[headSize / 2];
    new TensorReader(tensor, headSize).read(0, factors.length, FloatBuffer.wrap(factors));
    double theta = metadata.number(key("rope.freq_base")).orElse(DEFAULT_THETA);
    return RopeFactors.scaling(factors, theta, headSize)
        .map(scaling -> scaling.map(RopeScaling.class::cast))
        .orElseThrow(
            () -> unsupported("the rotary factors of " + ROPE_FACTORS + ", not those of llama3"));
  }

  private void refuseUnsupported() {
    if (metadata.integer("split.count").orElse(1) > 1) {
      throw unsupported("the other files of a split GGUF");
    }
    if (metadata.integer(key("expert_count")).orElse(0) > 0) {
      throw unsupported("a mixture of experts");
    }
    // A file that names no type of scaling means the linear one, by a factor of one unless it says
    // so.
    String scaling = metadata.text(key("rope.scaling.type")).orElse("linear");
    double factor =
        metadata
            .number(key("rope.scaling.factor"))
            .orElse(metadata.number(key("rope.scale_linear")).orElse(1));
    boolean unscaled = scaling.equals("linear") && (factor == 1 || factor == 0);
    if (!scaling.equals("none") && !unscaled) {
      throw unsupported("the rope scaling " + TensorLayout.shown(scaling) + " by " + factor);
    }
  }

  private String key(String name) {
    return architecture + "." + name;
  }

  private RuntimeException unsupported(String feature) {
    return CheckpointErrors.unsupported(
        file,
        "It needs " + feature + ", which is not supported",
        "Use a file of the model without it");
  }
}
