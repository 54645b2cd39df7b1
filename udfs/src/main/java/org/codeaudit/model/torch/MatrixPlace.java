package org.codeaudit.model.torch;

import org.codeaudit.checkpoint.TensorInfo;
import org.codeaudit.model.Device;
import org.codeaudit.model.Precision;
import org.codeaudit.placement.PlacementPlan.Residence;
import org.codeaudit.placement.WeightForm;

/**
 * Where matrices go and in which form.
 *
 * @param device computes with them
 * @param form of linear layers' matrices
 * @param cache of keys and values, and of attention's arithmetic there: 32-bit floats or bfloat16
 * @param residence how they reach the device; one that is possible there
 */
record MatrixPlace(Device device, WeightForm form, WeightForm cache, Residence residence) {
  /** libtorch's kernel for products of integers needs AVX2. */
  private static final boolean MULTIPLIES_INTEGERS = WeightForm.processorFlags().contains("avx2");

  /**
   * On the CPU the form that is fast there, with attention in 32 bits; on a GPU plain matrices, and
   * attention in their precision: its fast kernels take 16 bits.
   *
   * @param residence of the layer: what only concerns its parts on the other kind of device is
   *     {@link Residence#HELD} here
   */
  static MatrixPlace of(Device device, Precision precision, Residence residence) {
    boolean gpu = device.gpu().isPresent();
    Residence other = gpu ? Residence.MAPPED : Residence.STREAMED;
    Residence possible = residence == other ? Residence.HELD : residence;
    if (!gpu) {
      return new MatrixPlace(device, WeightForm.of(precision), WeightForm.F32, possible);
    }
    WeightForm cache = precision == Precision.F32 ? WeightForm.F32 : WeightForm.BF16;
    return new MatrixPlace(device, WeightForm.ofGpu(precision), cache, possible);
  }

  /** The form of matrices that are never quantised. */
  WeightForm plain() {
    if (!form.coded()) {
      return form;
    }
    return device.gpu().isPresent() ? WeightForm.BF16 : WeightForm.of(Precision.BF16);
  }

  /** Where they are kept. */
  Device keeper() {
    return residence == Residence.STREAMED ? Device.CPU : device;
  }

  /** Whether a mapped file can serve as memory, so that a tensor in the form stays where it is. */
  boolean onProcessor() {
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

  /** Whether integers are packed for the kernel that multiplies integers. */
  boolean packsCodes() {
    return device.equals(Device.CPU) && residence == Residence.HELD && MULTIPLIES_INTEGERS;
  }

  /** Whether a tensor's file is in the form. */
  boolean inForm(TensorInfo tensor) {
    return TensorParts.mappable(tensor) && inForm(TensorParts.dtype(tensor));
  }

  /** Whether numbers of this type are multiplied as they are. */
  boolean inForm(int dtype) {
    return plain().dense() && dtype == plain().dtype();
  }

  /**
   * How the decoder multiplies with numbers that stay in their files: 0 as they are, 1 as 32-bit
   * floats unless there are only a few rows, 2 always so, 3 until they are packed.
   */
  int widened(boolean inForm, boolean packsLater) {
    if (inForm) {
      return 0;
    }
    if (packsLater) {
      return 3;
    }
    return form == WeightForm.F32 ? 2 : 1;
  }

  /** Whether the matrices of a layer's experts become one tensor, as the products of a GPU want. */
  boolean stacksExperts() {
    return !onProcessor() && form.dense();
  }

  /** Whether plain tensors stay in their files, whatever the form. */
  boolean mapped() {
    return residence == Residence.MAPPED;
  }
}
