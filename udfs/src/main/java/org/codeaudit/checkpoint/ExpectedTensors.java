package org.codeaudit.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.codeaudit.checkpoint.ModelConfig.Family;

/**
 * The tensors a configuration asks for, by their Hugging Face names, and whether they are there.
 */
final class ExpectedTensors {
  private static final int PROBLEMS_NAMED = 5;
  private static final String LAYERS = "model.layers.";

  private ExpectedTensors() {}

  /** Every tensor of the architecture with its shape. */
  static Map<String, List<Long>> of(ModelConfig config) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    long hidden = config.hiddenSize();
    long vocabulary = config.vocabularySize();
    shapes.put("model.embed_tokens.weight", List.of(vocabulary, hidden));
    shapes.put("model.norm.weight", List.of(hidden));
    if (!config.tiedEmbeddings()) {
      shapes.put("lm_head.weight", List.of(vocabulary, hidden));
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      addLayer(shapes, LAYERS + layer + ".", config);
    }
    return shapes;
  }

  private static void addLayer(Map<String, List<Long>> shapes, String layer, ModelConfig config) {
    long hidden = config.hiddenSize();
    long head = config.headSize();
    long intermediate = config.intermediateSize();
    long queries = config.attentionHeads() * head;
    long keys = config.keyValueHeads() * head;
    String attention = layer + "self_attn.";
    shapes.put(layer + "input_layernorm.weight", List.of(hidden));
    shapes.put(layer + "post_attention_layernorm.weight", List.of(hidden));
    shapes.put(attention + "q_proj.weight", List.of(queries, hidden));
    shapes.put(attention + "k_proj.weight", List.of(keys, hidden));
    shapes.put(attention + "v_proj.weight", List.of(keys, hidden));
    shapes.put(attention + "o_proj.weight", List.of(hidden, queries));
    if (config.attentionBias()) {
      shapes.put(attention + "q_proj.bias", List.of(queries));
      shapes.put(attention + "k_proj.bias", List.of(keys));
      shapes.put(attention + "v_proj.bias", List.of(keys));
    }
    if (config.family() == Family.QWEN3) {
      shapes.put(attention + "q_norm.weight", List.of(head));
      shapes.put(attention + "k_norm.weight", List.of(head));
    }
    shapes.put(layer + "mlp.gate_proj.weight", List.of(intermediate, hidden));
    shapes.put(layer + "mlp.up_proj.weight", List.of(intermediate, hidden));
    shapes.put(layer + "mlp.down_proj.weight", List.of(hidden, intermediate));
  }

  /**
   * Reports all missing, misshapen and unknown tensors together. A tensor of a layer that the
   * architecture does not know is a problem too: leaving it out would change what the model says.
   */
  static void check(ModelConfig config, SortedMap<String, TensorInfo> tensors, Path path) {
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
      throw CheckpointErrors.tensorsMismatch(
          path, problems.size(), problems.subList(0, Math.min(PROBLEMS_NAMED, problems.size())));
    }
  }

  private static boolean matters(String name) {
    // Old Llama exports store the rotary frequencies, which the configuration gives as well.
    return name.startsWith(LAYERS) && !name.endsWith(".rotary_emb.inv_freq");
  }
}
