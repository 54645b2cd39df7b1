package org.codeaudit.model.torch;

import org.codeaudit.checkpoint.TensorInfo;
import org.codeaudit.placement.WeightForm;

/**
 * Puts the matrices of linear layers into the decoder, where and in the form they are multiplied
 * in. A matrix may be made of several tensors, one below the other; its bias is the one that was
 * put last.
 */
final class MatrixLoader {
  private final TensorParts parts;
  private final TorchProgram program;
  private MatrixPlace place;
  private WeightForm form;
  private long bytes;

  MatrixLoader(TensorParts parts, TorchProgram program) {
    this.parts = parts;
    this.program = program;
  }

  /** Matrices that are put from here on go there; the parts must go to its keeper. */
  void place(MatrixPlace newPlace) {
    place = newPlace;
    form = newPlace.form();
  }

  /** The form of matrices that are never quantised, where the others have this one. */
  static WeightForm plain(WeightForm form) {
    return form;
  }

  /** Where matrices go now. */
  MatrixPlace place() {
    return place;
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
    boolean mappable = true;
    boolean inForm = true;
    long formed = 0;
    long stored = 0;
    for (String tensor : tensors) {
      TensorInfo info = parts.tensor(tensor);
      mappable &= TensorParts.mappable(info);
      inForm &= place.inForm(info);
      formed += info.elements() * form.bytes();
      stored += info.bytes();
      parts.part(tensor, WeightForm.F32.dtype());
    }
    boolean asStored = inForm || mappable && place.mapped();
    bytes += asStored ? stored : formed;
    finish(name, inForm, asStored);
  }

  /**
   * Puts the embedding, which is among the parts, as a matrix. It is not stored twice if it can.
   *
   * @param dtype what the decoder holds it as
   * @param here whether that is where the matrix goes
   */
  void putEmbedding(String name, TensorInfo embedding, int dtype, boolean here) {
    boolean asStored = place.inForm(dtype) || place.mapped();
    bytes += asStored && here ? 0 : embedding.elements() * form.bytes();
    finish(name, place.inForm(dtype), asStored);
  }

  /**
   * @param inForm whether the parts have the form already
   * @param asStored whether they can stay where they are; on a GPU several become one matrix all
   *     the same, and a single one is not copied
   */
  private void finish(String name, boolean inForm, boolean asStored) {
    if (asStored && place.onProcessor()) {
      program.call("put_parts", name, place.widened(inForm));
    } else if (form == WeightForm.PACKED_F16) {
      // weights that float16 cannot hold stay 32-bit floats
      boolean fits = program.callForDouble("magnitude_of_parts") <= WeightForm.GREATEST_F16;
      if (fits) {
        program.call("put_packed", name);
      } else {
        program.call("put_dense", name, WeightForm.F32.dtype());
      }
    } else {
      program.call("put_dense", name, form.dtype());
    }
  }
}
