package org.codeaudit.placement;

import java.util.List;
import java.util.Map;
import org.codeaudit.model.CacheType;
import org.codeaudit.model.Device;
import org.codeaudit.model.PlacementRequest.Strategy;
import org.codeaudit.model.Precision;
import org.codeaudit.placement.weight.ProcessorKernels;

/**
 * Where everything of a model goes, decided before a byte is loaded.
 *
 * @param strategy never {@link Strategy#AUTO}
 * @param precision of the weights
 * @param kernels what the processor multiplies its part of them with
 * @param embedding the device that holds the embedding
 * @param layers one place for each layer
 * @param head the device of the last norm and the output projection
 * @param cacheTokens positions of key-value cache over all sequences
 * @param cacheType what the cache holds
 * @param states sequences whose recurrent state has room; 0 if the model keeps none
 * @param shares bytes on each device that is used
 * @param explanation one paragraph for people: the choice and its arithmetic
 */
public record PlacementPlan(
    Strategy strategy,
    Precision precision,
    ProcessorKernels kernels,
    Device embedding,
    List<LayerPlace> layers,
    Device head,
    int cacheTokens,
    CacheType cacheType,
    int states,
    Map<Device, Share> shares,
    String explanation)
    implements Placement {

  /** How weights that are multiplied on a device get there. */
  public enum Residence {
    /** They are kept on the device, in the form its kernels want. */
    HELD,
    /** They stay in their mapped file; only on the CPU. */
    MAPPED,
    /** They are kept in memory (or a mapped file) and copied to the GPU each time they are used. */
    STREAMED
  }

  /**
   * Where a layer goes.
   *
   * @param device computes its norms and attention, and holds its part of the cache
   * @param feedForward computes its feed-forward layer or experts
   * @param residence how the weights of the two reach them
   */
  public record LayerPlace(Device device, Device feedForward, Residence residence) {}

  /**
   * Bytes on a device.
   *
   * @param weights held there
   * @param mapped weights in mapped files: memory the system takes back when it needs it
   * @param cache keys, values and recurrent states
   * @param activations the most a step needs besides
   */
  public record Share(long weights, long mapped, long cache, long activations) {
    /** Bytes that cannot be taken back. */
    public long held() {
      return weights + cache + activations;
    }
  }

  public PlacementPlan {
    layers = List.copyOf(layers);
    shares = Map.copyOf(shares);
  }
}
