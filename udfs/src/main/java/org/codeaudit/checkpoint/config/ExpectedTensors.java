package org.codeaudit.checkpoint.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.codeaudit.checkpoint.config.ModelConfig.Experts;
import org.codeaudit.checkpoint.config.ModelConfig.LinearAttention;
import org.codeaudit.checkpoint.file.CheckpointErrors;
import org.codeaudit.checkpoint.tensor.TensorInfo;

/**
 * The tensors a configuration asks for, by their Hugging Face names, and whether they are there.
 */
public final class ExpectedTensors {
  private static final String LAYERS = "model.layers.";

  private ExpectedTensors() {}

  /** Every tensor of the architecture with its shape. */
  public static Map<String, List<Long>> of(ModelConfig config) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    long hidden = config.hiddenSize();
    long vocabulary = config.vocabularySize();
    shapes.put("model.embed_tokens.weight", List.of(vocabulary, hidden));
    shapes.put("model.norm.weight", List.of(hidden));
    if (!config.tiedEmbeddings()) {
      shapes.put("lm_head.weight", List.of(vocabulary, hidden));
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      String prefix = LAYERS + layer + ".";
      shapes.put(prefix + "input_layernorm.weight", List.of(hidden));
      shapes.put(prefix + "post_attention_layernorm.weight", List.of(hidden));
      if (config.linear(layer)) {
        addLinearAttention(shapes, prefix + "linear_attn.", config);
      } else {
        addAttention(shapes, prefix + "self_attn.", config);
      }
      if (config.sparse(layer)) {
        addExperts(shapes, prefix + "mlp.", config);
      } else {
        addFeedForward(shapes, prefix + "mlp.", hidden, config.intermediateSize());
      }
    }
    return shapes;
  }

  private static void addAttention(
      Map<String, List<Long>> shapes, String name, ModelConfig config) {
    long hidden = config.hiddenSize();
    long head = config.headSize();
    long queries = config.attentionHeads() * head;
    long keys = config.keyValueHeads() * head;
    // A gate for every number of the output comes with the queries.
    long projected = config.family().gatesAttention() ? 2 * queries : queries;
    shapes.put(name + "q_proj.weight", List.of(projected, hidden));
    shapes.put(name + "k_proj.weight", List.of(keys, hidden));
    shapes.put(name + "v_proj.weight", List.of(keys, hidden));
    shapes.put(name + "o_proj.weight", List.of(hidden, queries));
    if (config.attentionBias()) {
      shapes.put(name + "q_proj.bias", List.of(projected));
      shapes.put(name + "k_proj.bias", List.of(keys));
      shapes.put(name + "v_proj.bias", List.of(keys));
    }
    if (config.family().normalisesHeads()) {
      shapes.put(name + "q_norm.weight", List.of(head));
      shapes.put(name + "k_norm.weight", List.of(head));
    }
  }

  private static void addLinearAttention(
      Map<String, List<Long>> shapes, String name, ModelConfig config) {
    LinearAttention linear = config.linearAttention().orElseThrow();
    long hidden = config.hiddenSize();
    long heads = linear.valueHeads();
    long values = heads * linear.valueHeadSize();
    // Queries, keys, values and the output's gate, which is as wide as the values.
    shapes.put(name + "in_proj_qkvz.weight", List.of(linear.channels() + values, hidden));
    shapes.put(name + "in_proj_ba.weight", List.of(2 * heads, hidden));
    shapes.put(
        name + "conv1d.weight",
        List.of((long) linear.channels(), 1L, (long) linear.convolutionWidth()));
    shapes.put(name + "dt_bias", List.of(heads));
    shapes.put(name + "A_log", List.of(heads));
    shapes.put(name + "norm.weight", List.of((long) linear.valueHeadSize()));
    shapes.put(name + "out_proj.weight", List.of(hidden, values));
  }

  private static void addExperts(Map<String, List<Long>> shapes, String name, ModelConfig config) {
    Experts experts = config.experts().orElseThrow();
    long hidden = config.hiddenSize();
    shapes.put(name + "gate.weight", List.of((long) experts.count(), hidden));
    for (int expert = 0; expert < experts.count(); expert++) {
      addFeedForward(shapes, name + "experts." + expert + ".", hidden, experts.intermediateSize());
    }
    if (experts.sharedIntermediateSize() > 0) {
      addFeedForward(shapes, name + "shared_expert.", hidden, experts.sharedIntermediateSize());
      shapes.put(name + "shared_expert_gate.weight", List.of(1L, hidden));
    }
  }

  private static void addFeedForward(
      Map<String, List<Long>> shapes, String name, long hidden, long intermediate) {
    shapes.put(name + "gate_proj.weight", List.of(intermediate, hidden));
    shapes.put(name + "up_proj.weight", List.of(intermediate, hidden));
    shapes.put(name + "down_proj.weight", List.of(hidden, intermediate));
  }

  /**
   * Reports all missing, misshapen and unknown tensors together. A tensor of a layer that the
   * architecture does not know is a problem too: leaving it out would change what the model says.
   */
  public static void check(ModelConfig config, SortedMap<String, TensorInfo> tensors, Path path) {
    Map<String, List<Long>> expected = of(config);
    List<String> problems = new ArrayList<>();
    expected.forEach(
        (name, shape) -> {
          TensorInfo tensor = tensors.get(name);
          if (tensor == null) {
            problems.add(name + " " + shape + " is missing");
          } else if (!tensor.shape().equals(shape)) {
            problems.add(name + " is " + tensor.shape() + " but should be " + shape);
          }
        });
    for (String name : tensors.keySet()) {
      if (!expected.containsKey(name) && matters(name)) {
        problems.add(name + " is no part of the architecture " + config.family());
      }
    }
    if (!problems.isEmpty()) {
      throw CheckpointErrors.tensorsMismatch(path, problems);
    }
  }

  /** Whether a tensor that the architecture does not know may mean something to the model. */
  public static boolean matters(String name) {
    // The layers that predict several tokens (mtp.*) lie outside the decoder's and are left out.
    // Old Llama exports store the rotary frequencies, which the configuration gives as well.
    return name.startsWith(LAYERS) && !name.endsWith(".rotary_emb.inv_freq");
  }
}
