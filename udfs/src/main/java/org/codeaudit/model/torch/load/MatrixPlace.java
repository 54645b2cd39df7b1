package org.codeaudit.model.torch.load;

import org.codeaudit.checkpoint.tensor.TensorInfo;
import org.codeaudit.model.Device;
import org.codeaudit.model.Precision;
import org.codeaudit.model.torch.program.DecoderProgram.Widening;
import org.codeaudit.model.torch.program.TensorParts;
import org.codeaudit.placement.PlacementPlan.Residence;
import org.codeaudit.placement.weight.ProcessorKernels;
import org.codeaudit.placement.weight.ProcessorKernels.Int8;
import org.codeaudit.placement.weight.WeightForm;

/**
 * Where matrices go and in which form.
 *
 * @param device computes with them
 * @param form of linear layers' matrices
 * @param plain form of matrices that are never quantised
 * @param int8 how integers are multiplied that were quantised while they were loaded
 * @param cache of keys and values, and of attention's arithmetic there: 32-bit floats or bfloat16
 * @param residence how they reach the device; one that is possible there
 */
public record MatrixPlace(
    Device device,
    WeightForm form,
    WeightForm plain,
    Int8 int8,
    WeightForm cache,
    Residence residence) {

  /**
   * On the CPU the form of the kernels chosen there, with attention in 32 bits; on a GPU plain
   * matrices, and attention in their precision: its fast kernels take 16 bits.
   *
   * @param kernels what the CPU multiplies with
   * @param residence of the layer: what only concerns its parts on the other kind of device is
   *     {@link Residence#HELD} here
   */
  public static MatrixPlace of(
      Device device, Precision precision, ProcessorKernels kernels, Residence residence) {
    boolean gpu = device.gpu().isPresent();
    Residence other = gpu ? Residence.MAPPED : Residence.STREAMED;
    Residence possible = residence == other ? Residence.HELD : residence;
    Precision unquantised = precision.coded() ? Precision.BF16 : precision;
    if (!gpu) {
      return new MatrixPlace(
          device,
          WeightForm.of(precision, kernels),
          WeightForm.of(unquantised, kernels),
          int8(kernels, possible),
          WeightForm.F32,
          possible);
    }
    WeightForm cache = precision == Precision.F32 ? WeightForm.F32 : WeightForm.BF16;
    return new MatrixPlace(
        device,
        WeightForm.ofGpu(precision),
        WeightForm.ofGpu(unquantised),
        Int8.EXACT,
        cache,
        possible);
  }

  /** What is mapped is not packed: it would be memory of its own. */
  private static Int8 int8(ProcessorKernels kernels, Residence residence) {
    boolean packed = kernels.int8() == Int8.PACKED;
    return packed && residence == Residence.MAPPED ? Int8.ROUNDED : kernels.int8();
  }

  /** Where they are kept. */
  public Device keeper() {
    return residence == Residence.STREAMED ? Device.CPU : device;
  }

  /** Whether a mapped file can serve as memory, so that a tensor in the form stays where it is. */
  public boolean onProcessor() {
    return keeper().equals(Device.CPU);
  }

  /**
   * Whether plain numbers of this type stay in their file until they are packed: packing takes
   * longer than reading, and not every matrix of a model that is loaded is used.
   */
  boolean packsLater(int dtype) {
    boolean halves = dtype == WeightForm.BF16.dtype() || dtype == WeightForm.PACKED_F16.dtype();
    return onProcessor() && !mapped() && plain() == WeightForm.PACKED_F16 && halves;
  }

  /** Whether a tensor's file is in the form. */
  boolean inForm(TensorInfo tensor) {
    return TensorParts.mappable(tensor) && inForm(TensorParts.dtype(tensor));
  }

  /** Whether numbers of this type are multiplied as they are. */
  boolean inForm(int dtype) {
    return plain().dense() && dtype == plain().dtype();
  }

  /** How the decoder multiplies with numbers that stay in their files. */
  Widening widening(boolean inForm, boolean packsLater) {
    if (inForm) {
      return Widening.NONE;
    }
    return packsLater ? Widening.UNTIL_PACKED : Widening.ALWAYS;
  }

  /** Whether the matrices of a layer's experts become one tensor, as the products of a GPU want. */
  boolean stacksExperts() {
    return !onProcessor() && form.dense();
  }

  /** Whether plain tensors stay in their files, whatever the form. */
  public boolean mapped() {
    return residence == Residence.MAPPED;
  }
}
