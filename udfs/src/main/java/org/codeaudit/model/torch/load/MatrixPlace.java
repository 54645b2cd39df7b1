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
 * Where matrices are stored and computed with, and in which form.
 *
 * @param device computes with them
 * @param form form of linear layers' matrices
 * @param plain form of matrices that are never quantised
 * @param int8 how 8-bit integers that are quantised on load are multiplied
 * @param cache form of keys and values, and of the arithmetic of attention: 32-bit floats or
 *     bfloat16
 * @param residence how they get to the device; one that is possible there
 */
public record MatrixPlace(
    Device device,
    WeightForm form,
    WeightForm plain,
    Int8 int8,
    WeightForm cache,
    Residence residence) {

  /**
   * The place on a device: on the CPU the form that the chosen kernels take, and attention in
   * 32-bit floats; on a GPU the form of GPUs, and attention in 16 bits unless the precision is 32
   * bits, because the fast kernels take 16 bits.
   *
   * @param kernels what the CPU multiplies with
   * @param residence of the layer; one that only applies to the other kind of device becomes {@link
   *     Residence#HELD}
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

  /** Mapped matrices are not packed: packed ones would take memory of their own. */
  private static Int8 int8(ProcessorKernels kernels, Residence residence) {
    boolean packed = kernels.int8() == Int8.PACKED;
    return packed && residence == Residence.MAPPED ? Int8.ROUNDED : kernels.int8();
  }

  /** The device whose memory they are stored in. */
  public Device keeper() {
    return residence == Residence.STREAMED ? Device.CPU : device;
  }

  /** Whether they are stored on the processor, where a tensor can stay in its mapped file. */
  public boolean onProcessor() {
    return keeper().equals(Device.CPU);
  }

  /**
   * Whether plain numbers of this type stay in their file until they are packed. Packing takes
   * longer than reading, and not every matrix of a loaded model is used.
   */
  boolean packsLater(int dtype) {
    boolean halves = dtype == WeightForm.BF16.dtype() || dtype == WeightForm.PACKED_F16.dtype();
    return onProcessor() && !mapped() && plain() == WeightForm.PACKED_F16 && halves;
  }

  /** Whether a tensor is stored in its file in the form that is multiplied. */
  boolean inForm(TensorInfo tensor) {
    return TensorParts.mappable(tensor) && inForm(TensorParts.dtype(tensor));
  }

  /** Whether numbers of this type are multiplied without a conversion. */
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

  /**
   * Whether the experts of a layer are stacked in one tensor, for the batched products of a GPU.
   */
  boolean stacksExperts() {
    return !onProcessor() && form.dense();
  }

  /** Whether plain tensors stay in their files, whatever the form. */
  public boolean mapped() {
    return residence == Residence.MAPPED;
  }
}
