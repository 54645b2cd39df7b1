package org.codeaudit.placement;

import org.codeaudit.model.Arithmetic;
import org.codeaudit.model.CacheType;
import org.codeaudit.model.DeviceRequest.Wish;
import org.codeaudit.model.ModelSettings;
import org.codeaudit.model.PlacementRequest;
import org.codeaudit.model.Precision;
import org.codeaudit.placement.weight.Footprint;
import org.codeaudit.placement.weight.ProcessorKernels;
import org.codeaudit.placement.weight.WeightTable;

/**
 * Everything that decides where a model goes.
 *
 * @param model its matrices
 * @param precision its weights are wanted in
 * @param arithmetic its products on the processor are wanted in
 * @param machine what there is
 * @param request how the user wants it spread, and how much of the machine it may take
 * @param wish which kind of device the user wants
 * @param cacheTokens positions of key-value cache; 0 for as many as are useful and fit
 * @param cacheType what the cache holds
 * @param step the largest one
 */
public record PlacementQuestion(
    Footprint model,
    Precision precision,
    Arithmetic arithmetic,
    Machine machine,
    PlacementRequest request,
    Wish wish,
    int cacheTokens,
    CacheType cacheType,
    StepSize step) {

  /** What a user's settings ask of a machine. */
  public static PlacementQuestion of(
      Footprint model, ModelSettings settings, Machine machine, StepSize step) {
    return new PlacementQuestion(
        model,
        settings.precision(),
        settings.arithmetic(),
        machine,
        settings.placement(),
        settings.device().wish(),
        settings.cacheTokens(),
        settings.cacheType(),
        step);
  }

  /** Bytes of key-value cache that one position takes in a layer on a device of a kind. */
  long cachePerPosition(int layer, boolean gpu) {
    return model.cachePerPosition(layer, cacheType, attentionWidth(gpu));
  }

  /** Bytes of key-value cache that one position takes in all layers. */
  long cachePerPosition(boolean gpu) {
    return model.cachePerPosition(cacheType, attentionWidth(gpu));
  }

  /** Bytes of a number that attention is computed with: 32 bits on the CPU. */
  int attentionWidth(boolean gpu) {
    return gpu && precision != Precision.F32 ? 2 : 4;
  }

  /** Whether the model keeps recurrent states, and of how many sequences. */
  int states() {
    return model.config().linearAttention().isPresent() ? step.sequences() : 0;
  }

  /** What the processor multiplies with. */
  ProcessorKernels kernels() {
    return ProcessorKernels.of(arithmetic, precision, model.quantised(), machine.processor());
  }

  WeightTable weights(WeightTable.Way way) {
    return WeightTable.of(model, precision, kernels(), way);
  }
}
