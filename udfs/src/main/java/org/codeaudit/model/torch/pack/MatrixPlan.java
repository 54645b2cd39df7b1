package org.codeaudit.model.torch.pack;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.quantized.QuantizedMatrix;
import org.codeaudit.checkpoint.tensor.TensorInfo;
import org.codeaudit.placement.weight.WeightForm;

/**
 * The pieces of a matrix that consists of several tensors: adjacent tensors that fit one layout
 * make one piece.
 */
final class MatrixPlan {

  /**
   * Rows in one form.
   *
   * @param shape null for plain numbers
   * @param order of the columns, if they are permuted
   */
  record Piece(
      List<TensorInfo> tensors, CodeShape shape, List<RowSource> sources, Optional<int[]> order) {
    List<String> names() {
      return tensors.stream().map(TensorInfo::name).toList();
    }
  }

  private final Checkpoint checkpoint;
  private final WeightForm form;

  /**
   * @param form of tensors that are plain in the checkpoint
   */
  MatrixPlan(Checkpoint checkpoint, WeightForm form) {
    this.checkpoint = checkpoint;
    this.form = form;
  }

  List<Piece> pieces(List<TensorInfo> tensors) {
    List<Piece> pieces = new ArrayList<>();
    for (TensorInfo tensor : tensors) {
      Piece next = piece(tensor);
      Piece last = pieces.isEmpty() ? null : pieces.get(pieces.size() - 1);
      if (last != null && joins(last, next)) {
        pieces.set(pieces.size() - 1, joined(last, next));
      } else {
        pieces.add(next);
      }
    }
    return pieces;
  }

  /** Whether a checkpoint holds a matrix as codes that can be kept. */
  static boolean stored(TensorInfo tensor) {
    return tensor.shape().size() == 2
        && switch (tensor.type()) {
          case INT4, INT8, NF4, Q4_0, Q4_1, Q8_0 -> true;
          default -> false;
        };
  }

  private Piece piece(TensorInfo tensor) {
    int rows = Math.toIntExact(tensor.shape().get(0));
    int columns = Math.toIntExact(tensor.shape().get(1));
    if (stored(tensor)) {
      QuantizedMatrix matrix = checkpoint.quantized(tensor).orElseThrow();
      CodeShape shape = shape(matrix);
      return wholeBlocks(shape)
          ? new Piece(List.of(tensor), shape, List.of(new StoredRows(matrix)), matrix.columnOrder())
          : plain(tensor);
    }
    if (!form.coded()) {
      return plain(tensor);
    }
    CodeShape shape =
        new CodeShape(form, rows, columns, group(form, columns), form == WeightForm.INT4, false);
    RowSource source = new QuantisedRows(checkpoint, tensor, shape);
    return new Piece(List.of(tensor), shape, List.of(source), Optional.empty());
  }

  private static Piece plain(TensorInfo tensor) {
    return new Piece(List.of(tensor), null, List.of(), Optional.empty());
  }

  /** Numbers that share a scale, if the form decides it. */
  static int group(WeightForm form, int columns) {
    return switch (form) {
      case INT8 -> columns;
      case INT4 -> WeightForm.INT4_GROUP;
      default -> WeightForm.NF4_BLOCK;
    };
  }

  private static CodeShape shape(QuantizedMatrix matrix) {
    boolean normal = matrix.kind() == QuantizedMatrix.Kind.NF4;
    float middle = 1 << (matrix.bits() - 1);
    boolean offsets = false;
    for (float zero : normal ? new float[0] : matrix.zeros()) {
      offsets |= zero != middle;
    }
    WeightForm form =
        normal ? WeightForm.NF4 : matrix.bits() == 4 ? WeightForm.INT4 : WeightForm.GROUPED_INT8;
    return new CodeShape(
        form,
        matrix.rows(),
        matrix.columns(),
        matrix.groupSize(),
        offsets,
        matrix.columnOrder().isPresent());
  }

  /** Stripes of NormalFloats begin with a block. */
  private static boolean wholeBlocks(CodeShape shape) {
    return !shape.normalFloats()
        || shape.group() % 2 == 0 && (long) CodeShape.STRIPE * shape.columns() % shape.group() == 0;
  }

  private static boolean joins(Piece one, Piece other) {
    if (one.shape == null || other.shape == null) {
      return one.shape == other.shape;
    }
    CodeShape shape = one.shape;
    return shape.form() == other.shape.form()
        && shape.columns() == other.shape.columns()
        && shape.group() == other.shape.group()
        && Arrays.equals(one.order.orElse(null), other.order.orElse(null))
        && (!shape.normalFloats() || shape.columns() % shape.group() == 0);
  }

  private static Piece joined(Piece one, Piece other) {
    List<TensorInfo> tensors = new ArrayList<>(one.tensors);
    tensors.addAll(other.tensors);
    List<RowSource> sources = new ArrayList<>(one.sources);
    sources.addAll(other.sources);
    CodeShape shape =
        one.shape == null
            ? null
            : new CodeShape(
                one.shape.form(),
                one.shape.rows() + other.shape.rows(),
                one.shape.columns(),
                one.shape.group(),
                one.shape.offsets() || other.shape.offsets(),
                one.shape.ordered());
    return new Piece(tensors, shape, sources, one.order);
  }
}
