package org.codeaudit.placement.weight;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.tensor.TensorInfo;

/** How a checkpoint stores the matrices of a model, whatever it calls those of its experts. */
final class StoredTensors {
  private final SortedMap<String, TensorInfo> tensors;

  /** Storage of layers' experts that are one tensor, by the beginning of their names. */
  private final Map<String, Storage> fused = new HashMap<>();

  StoredTensors(Checkpoint checkpoint) {
    this.tensors = checkpoint.tensors();
  }

  /** How the matrix of this name is stored, by itself or among the experts of its layer. */
  Storage storage(String name) {
    TensorInfo tensor = tensors.get(name);
    if (tensor != null) {
      return Storage.of(tensor);
    }
    int last = name.replaceFirst("(\\.weight)$", "").lastIndexOf('.');
    int number = name.lastIndexOf('.', last - 1);
    String experts = name.substring(0, number + 1);
    return fused.computeIfAbsent(experts + kind(name), key -> first(experts, kind(name)));
  }

  private static String kind(String name) {
    return name.contains("down_proj") ? "down" : "gate";
  }

  /** The first tensor of the experts that holds such a projection. */
  private Storage first(String experts, String kind) {
    return tensors.tailMap(experts).entrySet().stream()
        .takeWhile(tensor -> tensor.getKey().startsWith(experts))
        .filter(tensor -> tensor.getKey().contains(kind))
        .findFirst()
        .map(tensor -> Storage.of(tensor.getValue()))
        .orElseThrow(() -> new IllegalStateException("no tensor holds " + experts + "*" + kind));
  }
}
