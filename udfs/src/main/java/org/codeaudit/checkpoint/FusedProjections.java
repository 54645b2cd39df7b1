package org.codeaudit.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.codeaudit.checkpoint.config.ModelConfig;
import org.codeaudit.checkpoint.file.CheckpointErrors;
import org.codeaudit.checkpoint.tensor.TensorInfo;
import org.codeaudit.checkpoint.tensor.TensorLayout;

/**
 * Presents the projections of a layer one by one where a file holds several as one matrix: {@code
 * self_attn.qkv_proj} has the rows of queries, keys and values, {@code mlp.gate_up_proj} those of
 * gate and up. Nothing is copied: each part is some rows of the stored tensor.
 */
final class FusedProjections {

  /** Rows of a fused matrix. */
  private record Part(String name, long rows) {}

  private FusedProjections() {}

  /**
   * The tensors with every fused one replaced by its parts; the same where the family has none.
   *
   * @throws org.codeaudit.AuditException if a fused tensor has another shape, or a part is there by
   *     itself too
   */
  static SortedMap<String, TensorInfo> apart(
      ModelConfig config, SortedMap<String, TensorInfo> stored, Path path) {
    if (!config.family().fusesProjections()) {
      return stored;
    }
    long queries = (long) config.attentionHeads() * config.headSize();
    long keys = (long) config.keyValueHeads() * config.headSize();
    List<Part> attention =
        List.of(new Part("q_proj", queries), new Part("k_proj", keys), new Part("v_proj", keys));
    long width = config.intermediateSize();
    List<Part> feedForward = List.of(new Part("gate_proj", width), new Part("up_proj", width));
    SortedMap<String, TensorInfo> tensors = new TreeMap<>(stored);
    List<String> problems = new ArrayList<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      String prefix = "model.layers." + layer + ".";
      split(tensors, prefix + "self_attn.", "qkv_proj.weight", attention, config, problems);
      split(tensors, prefix + "mlp.", "gate_up_proj.weight", feedForward, config, problems);
    }
    if (!problems.isEmpty()) {
      throw CheckpointErrors.tensorsMismatch(path, problems);
    }
    return tensors;
  }

  private static void split(
      SortedMap<String, TensorInfo> tensors,
      String prefix,
      String name,
      List<Part> parts,
      ModelConfig config,
      List<String> problems) {
    TensorInfo fused = tensors.remove(prefix + name);
    if (fused == null) {
      return; // the parts are looked for later
    }
    if (!fused.type().ofWeights()) {
      throw TensorLayout.unsupportedType(fused.file(), fused.name(), fused.type().name());
    }
    long rows = parts.stream().mapToLong(Part::rows).sum();
    List<Long> shape = List.of(rows, (long) config.hiddenSize());
    if (!fused.shape().equals(shape)) {
      problems.add(fused.name() + " is " + fused.shape() + " but should be " + shape);
      return;
    }
    long first = 0;
    for (Part part : parts) {
      TensorInfo one = fused.rows(prefix + part.name() + ".weight", first, part.rows());
      if (tensors.put(one.name(), one) != null) {
        problems.add(one.name() + " is there by itself and in " + fused.name());
      }
      first += part.rows();
    }
  }
}
