package org.codeaudit.placement;

import org.codeaudit.model.Precision;
import org.codeaudit.placement.Storage.Encoding;

/**
 * The form in which a matrix is multiplied.
 *
 * @param form which kernel
 * @param groupSize numbers that share a scale; 0 in forms that have none
 */
public record MatrixForm(WeightForm form, int groupSize) {

  /**
   * The form of a matrix. What the checkpoint holds quantised stays so, but in 32-bit floats. A GPU
   * holds quantised matrices in the bytes of the CPU's forms.
   *
   * @param gpu whether a GPU multiplies
   * @param multipliesBf16 whether the processor multiplies bfloat16 fast
   */
  public static MatrixForm of(
      Precision precision, boolean gpu, boolean multipliesBf16, Storage storage) {
    if (storage.quantised() && precision != Precision.F32) {
      WeightForm form =
          switch (storage.encoding()) {
            case INT4 -> WeightForm.INT4;
            case NF4 -> WeightForm.NF4;
            default -> WeightForm.GROUPED_INT8;
          };
      return new MatrixForm(form, storage.groupSize());
    }
    if (precision.coded() && storage.encoding() == Encoding.BLOCKS4) {
      return new MatrixForm(WeightForm.INT4, storage.groupSize());
    }
    if (precision.coded() && storage.encoding() == Encoding.BLOCKS8) {
      return new MatrixForm(WeightForm.GROUPED_INT8, storage.groupSize());
    }
    return switch (precision) {
      case F32 -> plain(WeightForm.F32);
      case BF16 -> plain(gpu || multipliesBf16 ? WeightForm.BF16 : WeightForm.PACKED_F16);
      case F16 -> plain(gpu ? WeightForm.F16 : WeightForm.PACKED_F16);
      case INT8 -> plain(WeightForm.INT8);
      case INT4 -> new MatrixForm(WeightForm.INT4, WeightForm.INT4_GROUP);
      case NF4 -> new MatrixForm(WeightForm.NF4, WeightForm.NF4_BLOCK);
    };
  }

  private static MatrixForm plain(WeightForm form) {
    return new MatrixForm(form, 0);
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
  boolean cachedOnDisk() {
    return switch (form) {
      case INT8, INT4, NF4, GROUPED_INT8 -> true;
      default -> false;
    };
  }
}
