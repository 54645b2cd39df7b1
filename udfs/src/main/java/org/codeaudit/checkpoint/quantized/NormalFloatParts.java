package org.codeaudit.checkpoint.quantized;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.codeaudit.checkpoint.file.CheckpointErrors;
import org.codeaudit.checkpoint.tensor.TensorInfo;
import org.codeaudit.checkpoint.tensor.TensorLayout;
import org.codeaudit.checkpoint.tensor.TensorType;

/**
 * Finds the parts of matrices that bitsandbytes stored in NF4, {@code X.weight} and the tensors
 * whose names begin so, and checks them against each other and the shape that {@code X.weight} has
 * in the architecture.
 */
final class NormalFloatParts {
  /** The block sizes that bitsandbytes knows. */
  private static final List<Integer> BLOCK_SIZES = List.of(64, 128, 32, 256, 512, 1024, 2048, 4096);

  private static final String STATE = ".quant_state.bitsandbytes__";
  private static final int LONGEST_STATE = 1 << 16;

  private final SortedMap<String, TensorInfo> tensors;
  private final Map<String, List<Long>> expected;

  /**
   * @param tensors the stored ones, from which parts are taken away
   */
  NormalFloatParts(SortedMap<String, TensorInfo> tensors, Map<String, List<Long>> expected) {
    this.tensors = tensors;
    this.expected = expected;
  }

  /** Every NF4 matrix of the architecture. */
  List<ComposedMatrix> matrices() {
    List<ComposedMatrix> matrices = new ArrayList<>();
    for (TensorInfo weight : List.copyOf(tensors.values())) {
      List<Long> shape = expected.get(weight.name());
      if (weight.type() == TensorType.U8 && shape != null && shape.size() == 2) {
        matrices.add(matrix(weight, shape));
      }
    }
    return matrices;
  }

  private NormalFloatMatrix matrix(TensorInfo weight, List<Long> shape) {
    String name = weight.name();
    long elements = shape.get(0) * shape.get(1);
    if (elements > NormalFloatMatrix.LARGEST) {
      throw mismatch(
          weight, "holds " + elements + " numbers; the most are " + NormalFloatMatrix.LARGEST);
    }
    if (weight.elements() != (elements + 1) / 2) {
      throw mismatch(
          weight,
          "has "
              + weight.elements()
              + " bytes; a matrix "
              + shape
              + " in NF4 has "
              + (elements + 1) / 2);
    }
    for (String other : List.of("fp4", "int8")) {
      if (tensors.containsKey(name + STATE + other)) {
        throw mismatch(weight, "is stored as " + other + ", not as NF4");
      }
    }
    TensorInfo state = part(weight.file(), name + STATE + "nf4");
    TensorInfo scales = part(weight.file(), name + ".absmax");
    TensorInfo table = part(weight.file(), name + ".quant_map");
    require(state, TensorType.U8, Math.min(state.elements(), LONGEST_STATE));
    require(table, TensorType.F32, 16);
    boolean nested = scales.type() == TensorType.U8;
    require(scales, nested ? TensorType.U8 : TensorType.F32, scales.elements());
    Optional<NormalFloatState> known = NormalFloatState.read(state);
    int blockSize =
        known.map(NormalFloatState::blockSize).orElseGet(() -> likelyBlockSize(scales, elements));
    if (!BLOCK_SIZES.contains(blockSize)
        || scales.elements() != (elements + blockSize - 1) / blockSize) {
      throw mismatch(
          scales,
          "has "
              + scales.elements()
              + " scales, which do not fit "
              + elements
              + " numbers in blocks of "
              + blockSize);
    }
    Optional<TensorInfo> nestedScales =
        nested ? Optional.of(part(weight.file(), name + ".nested_absmax")) : Optional.empty();
    Optional<TensorInfo> nestedTable =
        nested ? Optional.of(part(weight.file(), name + ".nested_quant_map")) : Optional.empty();
    nestedTable.ifPresent(map -> require(map, TensorType.F32, 256));
    known.ifPresent(found -> checkState(state, found, shape, scales, nestedScales));
    tensors.remove(name);
    var parts =
        new NormalFloatMatrix.Parts(weight, scales, table, state, nestedScales, nestedTable);
    return new NormalFloatMatrix(plain(parts, shape), parts, blockSize);
  }

  /** In the outline of a model the state is not there: it is checked when the matrix is read. */
  private static int likelyBlockSize(TensorInfo scales, long elements) {
    return BLOCK_SIZES.stream()
        .filter(size -> (elements + size - 1) / size == scales.elements())
        .findFirst()
        .orElse(BLOCK_SIZES.get(0));
  }

  private static void checkState(
      TensorInfo tensor,
      NormalFloatState state,
      List<Long> shape,
      TensorInfo scales,
      Optional<TensorInfo> nestedScales) {
    if (!state.type().equals("nf4") || !state.shape().equals(shape)) {
      throw mismatch(
          tensor,
          "describes "
              + TensorLayout.shown(state.type())
              + " "
              + state.shape()
              + "; the matrix is nf4 "
              + shape);
    }
    if (nestedScales.isPresent()) {
      if (state.nestedBlockSize() < 1) {
        throw mismatch(tensor, "lacks the nested_blocksize of double quantisation");
      }
      int nested = state.nestedBlockSize();
      require(nestedScales.get(), TensorType.F32, (scales.elements() + nested - 1) / nested);
    }
  }

  private static TensorInfo plain(NormalFloatMatrix.Parts parts, List<Long> shape) {
    TensorInfo weight = parts.weight();
    long bytes =
        weight.bytes()
            + parts.scales().bytes()
            + parts.table().bytes()
            + parts.state().bytes()
            + parts.nestedScales().map(TensorInfo::bytes).orElse(0L)
            + parts.nestedTable().map(TensorInfo::bytes).orElse(0L);
    return new TensorInfo(
        weight.name(),
        TensorType.NF4,
        shape,
        weight.file(),
        weight.offset(),
        bytes,
        TensorInfo.RowOrder.HALVES);
  }

  private TensorInfo part(Path file, String name) {
    TensorInfo part = tensors.remove(name);
    if (part == null) {
      throw CheckpointErrors.quantizationMismatch(file, name + " is missing");
    }
    return part;
  }

  private static void require(TensorInfo part, TensorType type, long elements) {
    if (part.type() != type || part.elements() != elements) {
      throw mismatch(
          part,
          "is "
              + part.type()
              + " with "
              + part.elements()
              + " numbers; it should be "
              + type
              + " with "
              + elements);
    }
  }

  private static RuntimeException mismatch(TensorInfo part, String why) {
    return CheckpointErrors.quantizationMismatch(part.file(), part.name() + " " + why);
  }
}
