package org.codeaudit.model.torch.load;

import java.util.Arrays;
import java.util.List;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.tensor.TensorInfo;
import org.codeaudit.model.torch.pack.PackedCache;
import org.codeaudit.model.torch.pack.PackedMatrices;
import org.codeaudit.model.torch.program.DecoderProgram;
import org.codeaudit.model.torch.program.TensorParts;
import org.codeaudit.placement.weight.WeightForm;

/**
 * Puts the matrices of linear layers into the decoder, in the place and form in which they are
 * multiplied. A matrix may consist of several tensors, one below the other. Its bias is the one
 * that was put last.
 */
public final class MatrixLoader {
  private final TensorParts parts;
  private final DecoderProgram program;
  private final PackedMatrices packed;
  private MatrixPlace place;
  private WeightForm plain;
  private long bytes;

  /**
   * @param slot where matrices of codes are kept between loads
   */
  public MatrixLoader(
      Checkpoint checkpoint, TensorParts parts, DecoderProgram program, PackedCache.Slot slot) {
    this.parts = parts;
    this.program = program;
    this.packed = new PackedMatrices(checkpoint, parts, program, slot);
  }

  /** Puts matrices in this place from here on; parts must be stored on its keeper. */
  public void place(MatrixPlace newPlace) {
    place = newPlace;
    plain = newPlace.plain();
    packed.multiplied(newPlace.int8());
  }

  /** The place in which matrices are put now. */
  public MatrixPlace place() {
    return place;
  }

  /** Memory the matrices take, mapped or not. */
  public long bytes() {
    return bytes;
  }

  /** Puts the matrix that these tensors make up under a name, in the place's form. */
  public void put(String name, String... tensors) {
    List<TensorInfo> infos = Arrays.stream(tensors).map(parts::tensor).toList();
    if (infos.stream().anyMatch(tensor -> PackedMatrices.kept(place.form(), tensor))) {
      bytes += packed.keep(place.form(), infos, this::keepPlain);
      program.putKept(name);
    } else {
      putPlain(name, tensors);
    }
  }

  /** As {@link #put}, for matrices that are never quantised. */
  void putPlain(String name, String... tensors) {
    bytes += keepPlain(List.of(tensors));
    program.putKept(name);
  }

  private long keepPlain(List<String> tensors) {
    boolean mappable = true;
    boolean inForm = true;
    boolean packsLater = true;
    long formed = 0;
    long stored = 0;
    for (String tensor : tensors) {
      TensorInfo info = parts.tensor(tensor);
      mappable &= TensorParts.mappable(info);
      inForm &= place.inForm(info);
      packsLater &= TensorParts.mappable(info) && place.packsLater(TensorParts.dtype(info));
      formed += info.elements() * plain.bytes();
      stored += info.bytes();
      parts.part(tensor, WeightForm.F32.dtype());
    }
    boolean asStored = inForm || mappable && place.mapped();
    keep(inForm, asStored, packsLater);
    return asStored ? stored : formed;
  }

  /**
   * Puts the embedding, which is the only part now, as a matrix. It shares the memory of the
   * embedding where that is possible.
   *
   * @param dtype type in which the decoder holds the embedding
   * @param here whether the embedding is on the device of the matrix
   */
  void putEmbedding(String name, TensorInfo embedding, int dtype, boolean here) {
    boolean asStored = place.inForm(dtype) || place.mapped();
    bytes += asStored && here ? 0 : embedding.elements() * plain.bytes();
    keep(place.inForm(dtype), asStored, place.packsLater(dtype));
    program.putKept(name);
  }

  /**
   * Makes the parts the next rows.
   *
   * @param inForm whether the parts have the form already
   * @param asStored whether they can stay as they are stored; on a GPU several parts still become
   *     one matrix, and a single part is not copied
   * @param packsLater whether they stay as they are stored until they are packed
   */
  private void keep(boolean inForm, boolean asStored, boolean packsLater) {
    if (place.onProcessor() && (asStored || packsLater)) {
      program.keepParts(place.widening(inForm, packsLater));
    } else if (plain == WeightForm.PACKED_F16) {
      // weights beyond the range of float16 stay 32-bit floats
      boolean fits = program.magnitudeOfParts() <= WeightForm.GREATEST_F16;
      if (fits) {
        program.keepPacked();
      } else {
        program.keepDense(WeightForm.F32.dtype());
      }
    } else {
      program.keepDense(plain.dtype());
    }
  }
}
