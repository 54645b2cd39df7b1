package org.codeaudit.placement.weight;

import java.util.Optional;
import org.codeaudit.model.Precision;
import org.codeaudit.placement.weight.Storage.Encoding;

/**
 * The form in which a matrix is multiplied.
 *
 * @param form which kernel
 * @param groupSize numbers that share a scale; 0 in forms that have none
 */
public record MatrixForm(WeightForm form, int groupSize) {

  /**
   * The form of a matrix that the processor multiplies. What the checkpoint holds quantised stays
   * so, but in 32-bit floats.
   *
   * @param kernels what it multiplies with
   */
  public static MatrixForm of(Precision precision, ProcessorKernels kernels, Storage storage) {
    return kept(precision, storage)
        .orElseGet(() -> MatrixForm.alone(WeightForm.of(precision, kernels)));
  }

  /** As {@link #of} for a GPU, which holds quantised matrices in the bytes of the CPU's forms. */
  public static MatrixForm ofGpu(Precision precision, Storage storage) {
    return kept(precision, storage).orElseGet(() -> MatrixForm.alone(WeightForm.ofGpu(precision)));
  }

  /** The form in which a matrix that lies in the checkpoint as integers or codes stays so. */
  private static Optional<MatrixForm> kept(Precision precision, Storage storage) {
    if (storage.quantised() && precision != Precision.F32) {
      WeightForm form =
          switch (storage.encoding()) {
            case INT4 -> WeightForm.INT4;
            case NF4 -> WeightForm.NF4;
            default -> WeightForm.GROUPED_INT8;
          };
      return Optional.of(new MatrixForm(form, storage.groupSize()));
    }
    if (precision.coded() && storage.encoding() == Encoding.BLOCKS4) {
      return Optional.of(new MatrixForm(WeightForm.INT4, storage.groupSize()));
    }
    if (precision.coded() && storage.encoding() == Encoding.BLOCKS8) {
      return Optional.of(new MatrixForm(WeightForm.GROUPED_INT8, storage.groupSize()));
    }
    return Optional.empty();
  }

  /** A form of numbers that lie plain in the checkpoint. */
  private static MatrixForm alone(WeightForm form) {
    int groupSize =
        switch (form) {
          case INT4 -> WeightForm.INT4_GROUP;
          case NF4 -> WeightForm.NF4_BLOCK;
          default -> 0;
        };
    return new MatrixForm(form, groupSize);
  }

  /** Bytes of matrices in this form. */
  public long bytes(Matrix matrix) {
    return matrix.count() * form.bytes(matrix.rows(), matrix.columns(), groupSize);
  }

  /**
   * Bytes of matrices of 8-bit integers once they are packed: libtorch's kernel fills up 8 rows and
   * 512 columns, and keeps a sum, a scale and a zero for each row.
   */
  long packedBytes(Matrix matrix) {
    long rows = (matrix.rows() + 7) / 8 * 8;
    long columns = (matrix.columns() + 511) / 512 * 512;
    return matrix.count() * rows * (columns + 12);
  }

  /** Whether the stored bytes are the form. */
  boolean asStored(Storage storage) {
    return switch (form) {
      case F32 -> storage.encoding() == Encoding.F32;
      case BF16 -> storage.encoding() == Encoding.BF16;
      case F16 -> storage.encoding() == Encoding.F16;
      default -> false;
    };
  }

  /** Whether matrices in this form are written to a file once, which is mapped from then on. */
  public boolean cachedOnDisk() {
    return switch (form) {
      case INT8, INT4, NF4, GROUPED_INT8 -> true;
      default -> false;
    };
  }
}
