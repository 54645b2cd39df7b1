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
 * Puts the matrices of linear layers into the decoder, where and in the form they are multiplied
 * in. A matrix may be made of several tensors, one below the other; its bias is the one that was
 * put last.
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

  /** Matrices that are put from here on go there; the parts must go to its keeper. */
  public void place(MatrixPlace newPlace) {
    place = newPlace;
    plain = newPlace.plain();
    packed.multiplied(newPlace.int8());
  }

  /** Where matrices go now. */
  public MatrixPlace place() {
    return place;
  }

  /** Memory the matrices take, mapped or not. */
  public long bytes() {
    return bytes;
  }

  /** Puts the matrix that is made of tensors under a name, in the place's form. */
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
   * Puts the embedding, which is among the parts, as a matrix. It is not stored twice if it can.
   *
   * @param dtype what the decoder holds it as
   * @param here whether that is where the matrix goes
   */
  void putEmbedding(String name, TensorInfo embedding, int dtype, boolean here) {
    boolean asStored = place.inForm(dtype) || place.mapped();
    bytes += asStored && here ? 0 : embedding.elements() * plain.bytes();
    keep(place.inForm(dtype), asStored, place.packsLater(dtype));
    program.putKept(name);
  }

  /**
   * The parts become the next rows.
   *
   * @param inForm whether the parts have the form already
   * @param asStored whether they can stay where they are; on a GPU several become one matrix all
   *     the same, and a single one is not copied
   * @param packsLater whether they stay there until they are packed
   */
  private void keep(boolean inForm, boolean asStored, boolean packsLater) {
    if (place.onProcessor() && (asStored || packsLater)) {
      program.keepParts(place.widening(inForm, packsLater));
    } else if (plain == WeightForm.PACKED_F16) {
      // weights that float16 cannot hold stay 32-bit floats
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
