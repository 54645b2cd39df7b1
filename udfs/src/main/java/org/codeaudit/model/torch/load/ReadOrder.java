package org.codeaudit.model.torch.load;

import java.util.ArrayList;
import java.util.List;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.tensor.TensorInfo;
import org.codeaudit.model.PlacementRequest.Strategy;
import org.codeaudit.model.torch.program.TensorParts;
import org.codeaudit.placement.PlacementPlan;

/** The order in which tensors will be read through mapped files, for reading ahead. */
final class ReadOrder {
  private ReadOrder() {}

  /**
   * The tensors in parts: the embedding, each layer, the head. They are read while the model is
   * loaded, to be converted or copied to a GPU, or by the first steps if they stay in their files.
   * For a model that may exceed the memory, only tensors that every step needs are read ahead, not
   * the experts; and none if those take more than half of the free memory.
   *
   * @param freeMemory bytes the system can give without swapping
   * @param packed whether quantised matrices are in a file of an earlier load
   */
  static List<List<TensorInfo>> order(
      Checkpoint checkpoint, PlacementPlan plan, long freeMemory, boolean packed) {
    int layers = plan.layers().size();
    List<List<TensorInfo>> parts = new ArrayList<>();
    for (int part = 0; part < layers + 2; part++) {
      parts.add(new ArrayList<>());
    }
    boolean disk = plan.strategy() == Strategy.DISK;
    long bytes = 0;
    for (TensorInfo tensor : checkpoint.tensors().values()) {
      boolean elsewhere = packed && tensor.name().endsWith("_proj.weight");
      if (TensorParts.mappable(tensor)
          && !elsewhere
          && !(disk && tensor.name().contains(".experts."))) {
        parts.get(part(tensor.name(), layers)).add(tensor);
        bytes += tensor.bytes();
      }
    }
    if (disk && bytes > freeMemory / 2) {
      parts.forEach(List::clear);
    }
    return parts;
  }

  private static int part(String tensor, int layers) {
    String[] words = tensor.split("\\.", 4);
    if (words.length == 4 && words[1].equals("layers") && words[2].matches("\\d{1,6}")) {
      return Math.min(layers, Integer.parseInt(words[2]) + 1);
    }
    return tensor.contains("embed") ? 0 : layers + 1;
  }
}
