package org.codeaudit.placement;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.codeaudit.model.Device;
import org.codeaudit.model.PlacementRequest.Strategy;
import org.codeaudit.placement.PlacementPlan.LayerPlace;
import org.codeaudit.placement.PlacementPlan.Share;
import org.codeaudit.placement.weight.Kept;

/**
 * A way to place a model, whether it fits or not.
 *
 * @param strategy which way
 * @param cacheTokens positions of cache
 * @param embedding its device
 * @param layers a place for each
 * @param head its device
 * @param shares bytes on each device
 * @param needs bytes that must be in the memory of each device at once
 * @param summary one sentence: what lies where
 */
record PlanDraft(
    Strategy strategy,
    int cacheTokens,
    Device embedding,
    List<LayerPlace> layers,
    Device head,
    Map<Device, Share> shares,
    Map<Device, Long> needs,
    String summary) {

  /** Whether every device has what it takes. */
  boolean fits(Map<Device, Budget> budgets) {
    return needs.entrySet().stream()
        .allMatch(need -> need.getValue() <= budgets.get(need.getKey()).usable());
  }

  /** The books of the devices. */
  static final class Books {
    private final Map<Device, Kept> weights = new LinkedHashMap<>();
    private final Map<Device, Long> cache = new LinkedHashMap<>();
    private final Map<Device, Long> activations = new LinkedHashMap<>();

    Books weights(Device device, Kept kept) {
      weights.merge(device, kept, Kept::plus);
      return this;
    }

    Books cache(Device device, long bytes) {
      cache.merge(device, bytes, Long::sum);
      return this;
    }

    Books activations(Device device, long bytes) {
      activations.put(device, bytes);
      return this;
    }

    long held(Device device) {
      return share(device).held();
    }

    Map<Device, Share> shares() {
      Map<Device, Share> shares = new LinkedHashMap<>();
      activations.keySet().forEach(device -> shares.put(device, share(device)));
      return shares;
    }

    /**
     * @param mapped whether what is mapped counts too
     */
    Map<Device, Long> needs(boolean mapped) {
      Map<Device, Long> needs = new LinkedHashMap<>();
      for (Device device : activations.keySet()) {
        Kept kept = weights.getOrDefault(device, Kept.NOTHING);
        long beyond = mapped ? Math.max(0, kept.working() - kept.held()) : 0;
        needs.put(device, held(device) + beyond);
      }
      return needs;
    }

    private Share share(Device device) {
      Kept kept = weights.getOrDefault(device, Kept.NOTHING);
      return new Share(
          kept.held(),
          kept.mapped(),
          cache.getOrDefault(device, 0L),
          activations.getOrDefault(device, 0L));
    }
  }
}
