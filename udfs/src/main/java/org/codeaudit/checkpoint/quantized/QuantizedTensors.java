package org.codeaudit.checkpoint.quantized;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.codeaudit.checkpoint.config.ExpectedTensors;
import org.codeaudit.checkpoint.config.QuantizationConfig;
import org.codeaudit.checkpoint.config.QuantizationSettings;
import org.codeaudit.checkpoint.config.QuantizationSettings.Packing;
import org.codeaudit.checkpoint.file.CheckpointErrors;
import org.codeaudit.checkpoint.tensor.TensorInfo;
import org.codeaudit.checkpoint.tensor.TensorLayout;

/**
 * The tensors of a checkpoint as the architecture names them, whether one stored tensor holds them
 * or several.
 *
 * @param settings how matrices were quantised; empty if none was
 * @param tensors by their plain names
 * @param matrices the composed ones among them, by the same names
 */
public record QuantizedTensors(
    Optional<QuantizationSettings> settings,
    SortedMap<String, TensorInfo> tensors,
    Map<String, ComposedMatrix> matrices) {

  public static QuantizedTensors none(SortedMap<String, TensorInfo> tensors) {
    return new QuantizedTensors(Optional.empty(), tensors, Map.of());
  }

  /**
   * Puts the stored tensors of quantised matrices together and checks them against the settings and
   * the architecture.
   *
   * @param stored every tensor of the files; not changed
   * @param expected the shapes of the architecture's plain tensors
   * @throws org.codeaudit.AuditException if they contradict each other, parts are missing, or a
   *     tensor of the architecture has a type that it cannot have
   */
  public static QuantizedTensors of(
      Path folder,
      Optional<QuantizationSettings> settings,
      SortedMap<String, TensorInfo> stored,
      Map<String, List<Long>> expected) {
    SortedMap<String, TensorInfo> tensors = new TreeMap<>(stored);
    Map<String, ComposedMatrix> matrices = new HashMap<>();
    List<ComposedMatrix> composed =
        settings.map(known -> composed(folder, known, tensors, expected)).orElse(List.of());
    for (ComposedMatrix matrix : composed) {
      tensors.put(matrix.tensor().name(), matrix.tensor());
      matrices.put(matrix.tensor().name(), matrix);
    }
    if (settings.isEmpty()) {
      refuseUnexplained(tensors);
    }
    leaveOut(tensors, expected);
    return new QuantizedTensors(settings, tensors, Map.copyOf(matrices));
  }

  /** Takes the parts out of the tensors. */
  private static List<ComposedMatrix> composed(
      Path folder,
      QuantizationSettings settings,
      SortedMap<String, TensorInfo> tensors,
      Map<String, List<Long>> expected) {
    List<ComposedMatrix> matrices =
        settings.packing() == Packing.NF4
            ? new NormalFloatParts(tensors, expected).matrices()
            : new PackedParts(settings, tensors, expected).matrices();
    if (matrices.isEmpty()) {
      throw CheckpointErrors.quantizationMismatch(
          folder,
          "its settings say that it is quantised ("
              + settings.description()
              + "), but none of its matrices is");
    }
    return matrices;
  }

  private static void refuseUnexplained(SortedMap<String, TensorInfo> tensors) {
    for (TensorInfo tensor : tensors.values()) {
      if (tensor.name().endsWith(".qweight") || tensor.name().contains(".quant_state.")) {
        throw CheckpointErrors.quantizationMismatch(
            tensor.file(),
            tensor.name()
                + " is part of a quantised matrix, but neither config.json has a"
                + " quantization_config nor is there one of "
                + QuantizationConfig.FILES);
      }
    }
  }

  /**
   * Leaves out tensors that have no type of weights and that the architecture does not need.
   *
   * @throws org.codeaudit.AuditException if the architecture needs it
   */
  private static void leaveOut(
      SortedMap<String, TensorInfo> tensors, Map<String, List<Long>> expected) {
    tensors
        .values()
        .removeIf(
            tensor -> {
              if (tensor.type().ofWeights()) {
                return false;
              }
              if (expected.containsKey(tensor.name())) {
                throw TensorLayout.unsupportedType(
                    tensor.file(), tensor.name(), tensor.type().name());
              }
              return !ExpectedTensors.matters(tensor.name());
            });
  }
}
