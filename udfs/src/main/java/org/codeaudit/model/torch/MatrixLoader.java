package org.codeaudit.model.torch;

import org.codeaudit.checkpoint.TensorInfo;
import org.codeaudit.placement.WeightForm;

/**
 * Puts the matrices of linear layers into the decoder, in the form they are multiplied in. A matrix
 * may be made of several tensors, one below the other; its bias is the one that was put last.
 */
final class MatrixLoader {
  private final TensorParts parts;
  private final TorchProgram program;
  private final Placement placement;
  private final WeightForm form;
  private long bytes;

  MatrixLoader(TensorParts parts, TorchProgram program, Placement placement) {
    this.parts = parts;
    this.program = program;
    this.placement = placement;
    this.form = placement.weights();
  }

  /** The form of matrices that are never quantised, where the others have this one. */
  static WeightForm plain(WeightForm form) {
    return form;
  }

  /** Memory the matrices take, mapped or not. */
  long bytes() {
    return bytes;
  }

  /** Puts the matrix that is made of tensors under a name, in the placement's form. */
  void put(String name, String... tensors) {
    putPlain(name, tensors);
  }

  /** As {@link #put}, for matrices that are never quantised. */
  void putPlain(String name, String... tensors) {
    boolean asStored = true;
    for (String tensor : tensors) {
      TensorInfo stored = parts.tensor(tensor);
      asStored &= TensorParts.mappable(stored) && TensorParts.dtype(stored) == form.dtype();
      bytes += stored.elements() * form.bytes();
      parts.part(tensor, WeightForm.F32.dtype());
    }
    finish(name, asStored);
  }

  /**
   * Puts the embedding, which is among the parts, as a matrix. It is not stored twice if it can.
   *
   * @param dtype what the decoder holds it as
   */
  void putEmbedding(String name, TensorInfo embedding, int dtype) {
    boolean shared = form != WeightForm.PACKED_F16 && dtype == form.dtype();
    bytes += shared ? 0 : embedding.elements() * form.bytes();
    finish(name, shared);
  }

  /**
   * @param asStored whether the parts have the form already, so that they can stay where they are;
   *     on a GPU several become one matrix all the same, and a single one is not copied
   */
  private void finish(String name, boolean asStored) {
    if (form == WeightForm.PACKED_F16) {
      // weights that float16 cannot hold stay 32-bit floats
      boolean fits = program.callForDouble("magnitude_of_parts") <= WeightForm.GREATEST_F16;
      if (fits) {
        program.call("put_packed", name);
      } else {
        program.call("put_dense", name, WeightForm.F32.dtype());
      }
    } else if (asStored && placement.onProcessor()) {
      program.call("put_parts", name);
    } else {
      program.call("put_dense", name, form.dtype());
    }
  }
}
