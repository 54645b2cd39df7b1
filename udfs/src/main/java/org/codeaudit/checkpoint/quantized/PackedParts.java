package org.codeaudit.checkpoint.quantized;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.codeaudit.checkpoint.config.QuantizationSettings;
import org.codeaudit.checkpoint.config.QuantizationSettings.Packing;
import org.codeaudit.checkpoint.config.QuantizationSettings.Rule;
import org.codeaudit.checkpoint.file.CheckpointErrors;
import org.codeaudit.checkpoint.tensor.TensorInfo;
import org.codeaudit.checkpoint.tensor.TensorReader;
import org.codeaudit.checkpoint.tensor.TensorType;

/**
 * Finds the parts of matrices that GPTQ or AutoRound packed, {@code X.qweight}, {@code X.qzeros},
 * {@code X.scales} and maybe {@code X.g_idx}, and checks them against the settings and the shape
 * that {@code X.weight} has in the architecture. Which modules are quantised is told by the tensors
 * alone.
 */
final class PackedParts {
  private static final String WEIGHTS = ".qweight";
  private static final List<String> PARTS = List.of(WEIGHTS, ".qzeros", ".scales", ".g_idx");

  private final QuantizationSettings settings;
  private final SortedMap<String, TensorInfo> tensors;
  private final Map<String, List<Long>> expected;

  /**
   * @param tensors the stored ones, from which parts are taken away
   */
  PackedParts(
      QuantizationSettings settings,
      SortedMap<String, TensorInfo> tensors,
      Map<String, List<Long>> expected) {
    this.settings = settings;
    this.tensors = tensors;
    this.expected = expected;
  }

  /** Every packed matrix of the architecture. */
  List<ComposedMatrix> matrices() {
    List<ComposedMatrix> matrices = new ArrayList<>();
    for (TensorInfo weights : List.copyOf(tensors.values())) {
      if (weights.name().endsWith(WEIGHTS)) {
        String module = weights.name().substring(0, weights.name().length() - WEIGHTS.length());
        List<Long> shape = expected.get(module + ".weight");
        if (shape != null && shape.size() == 2) {
          matrices.add(matrix(module, shape.get(0), shape.get(1)));
        } else if (!module.startsWith("model.layers.")) {
          PARTS.forEach(part -> tensors.remove(module + part)); // of no use to the architecture
        }
      }
    }
    return matrices;
  }

  private PackedMatrix matrix(String module, long rows, long columns) {
    TensorInfo weights = tensors.remove(module + WEIGHTS);
    Rule rule = settings.of(module);
    if (!rule.quantised()) {
      throw mismatch(
          weights, "is there, but the settings say " + rule.bits() + " bits: not quantised");
    }
    if (tensors.containsKey(module + ".weight")) {
      throw mismatch(weights, "is there and " + module + ".weight as well");
    }
    checkWeights(weights, rule.bits(), rows, columns);
    long groupSize = rule.groupSize() < 0 ? columns : Math.min(rule.groupSize(), columns);
    long groups = (columns + groupSize - 1) / groupSize;
    String grouping = "for groups of " + groupSize + " of " + columns + " inputs";
    TensorInfo scales = part(weights.file(), module + ".scales", List.of(groups, rows), grouping);
    TensorInfo zeros =
        part(
            weights.file(), module + ".qzeros", List.of(groups, rows * rule.bits() / 32), grouping);
    requireType(zeros, TensorType.I32);
    if (!scales.type().plain()) {
      throw mismatch(scales, "has the type " + scales.type() + ", not F16, BF16 or F32");
    }
    dropEmptyBias(module, rows);
    var parts =
        new PackedMatrix.Parts(weights, zeros, scales, groupIndex(weights.file(), module, columns));
    int added = settings.packing() == Packing.GPTQ_V1 ? 1 : 0;
    return new PackedMatrix(
        plain(module, parts, rule.bits(), rows, columns),
        parts,
        rule.bits(),
        (int) groupSize,
        added);
  }

  private void checkWeights(TensorInfo weights, int bits, long rows, long columns) {
    requireType(weights, TensorType.I32);
    int perWord = 32 / bits;
    if (rows % perWord != 0 || columns % perWord != 0 || rows * columns > Integer.MAX_VALUE) {
      throw CheckpointErrors.unsupported(
          weights.file(),
          weights.name()
              + " packs a matrix ["
              + rows
              + ", "
              + columns
              + "] in "
              + bits
              + " bits; both sizes must be multiples of "
              + perWord
              + " and their product below 2^31",
          "Use a checkpoint that leaves this matrix unquantised");
    }
    List<Long> shape = List.of(columns / perWord, rows);
    if (!weights.shape().equals(shape)) {
      boolean matrix = weights.shape().size() == 2 && weights.shape().get(1) == rows;
      String stored =
          matrix ? ", which is " + 32.0 * weights.shape().get(0) / columns + " bits a number" : "";
      throw mismatch(
          weights,
          "is "
              + weights.shape()
              + stored
              + "; a matrix ["
              + rows
              + ", "
              + columns
              + "] in the "
              + bits
              + " bits of the settings is packed as "
              + shape);
    }
  }

  private TensorInfo part(Path file, String name, List<Long> shape, String reason) {
    TensorInfo part = tensors.remove(name);
    if (part == null) {
      throw CheckpointErrors.quantizationMismatch(file, name + " " + shape + " is missing");
    }
    if (!part.shape().equals(shape)) {
      throw mismatch(part, "is " + part.shape() + "; " + reason + " it should be " + shape);
    }
    return part;
  }

  private Optional<TensorInfo> groupIndex(Path file, String module, long columns) {
    String name = module + ".g_idx";
    if (!tensors.containsKey(name) && !settings.columnsOrdered()) {
      return Optional.empty();
    }
    TensorInfo groups = part(file, name, List.of(columns), "for " + columns + " inputs");
    requireType(groups, TensorType.I32);
    return Optional.of(groups);
  }

  /** Older exports give a bias of zeros to layers that have none. */
  private void dropEmptyBias(String module, long rows) {
    String name = module + ".bias";
    TensorInfo bias = tensors.get(name);
    if (bias == null || expected.containsKey(name) || !bias.type().plain()) {
      return;
    }
    if (bias.shape().equals(List.of(rows))) {
      float[] values = new float[(int) rows];
      new TensorReader(bias, 1).read(0, rows, FloatBuffer.wrap(values));
      for (float value : values) {
        if (value != 0) {
          throw mismatch(bias, "has numbers other than zero, but the layer has no bias");
        }
      }
      tensors.remove(name);
    }
  }

  private static TensorInfo plain(
      String module, PackedMatrix.Parts parts, int bits, long rows, long columns) {
    TensorInfo weights = parts.weights();
    long bytes = weights.bytes() + parts.zeros().bytes() + parts.scales().bytes();
    return new TensorInfo(
        module + ".weight",
        bits == 4 ? TensorType.INT4 : TensorType.INT8,
        List.of(rows, columns),
        weights.file(),
        weights.offset(),
        bytes + parts.groups().map(TensorInfo::bytes).orElse(0L),
        TensorInfo.RowOrder.HALVES);
  }

  private static void requireType(TensorInfo part, TensorType type) {
    if (part.type() != type) {
      throw mismatch(part, "has the type " + part.type() + ", not " + type);
    }
  }

  private static RuntimeException mismatch(TensorInfo part, String why) {
    return CheckpointErrors.quantizationMismatch(part.file(), part.name() + " " + why);
  }
}
