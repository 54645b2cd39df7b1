package org.codeaudit.model.torch;

import org.codeaudit.model.Device;
import org.codeaudit.model.Precision;
import org.codeaudit.placement.WeightForm;

/**
 * Where a model's tensors lie and in which form.
 *
 * @param device as libtorch spells it: {@code cpu}, {@code cuda:1}
 * @param weights the form of the linear layers' matrices
 * @param cache the form of keys and values, and of attention's arithmetic: 32-bit floats or
 *     bfloat16
 */
record Placement(String device, WeightForm weights, WeightForm cache) {

  /**
   * On the CPU the form that is fast there, with attention in 32 bits; on a GPU plain matrices, and
   * attention in their precision: its fast kernels take 16 bits.
   */
  static Placement of(Device device, Precision precision) {
    if (device.gpu().isEmpty()) {
      return new Placement(device.toString(), WeightForm.of(precision), WeightForm.F32);
    }
    WeightForm form = precision == Precision.F32 ? WeightForm.F32 : WeightForm.BF16;
    return new Placement(device.toString(), form, form);
  }

  /** Whether a mapped file can serve as memory, so that a tensor stays where it is. */
  boolean onProcessor() {
    return device.equals("cpu");
  }

  /** Whether the matrices of a layer's experts become one tensor, as the products of a GPU want. */
  boolean stacksExperts() {
    return !onProcessor() && weights.dense();
  }
}
