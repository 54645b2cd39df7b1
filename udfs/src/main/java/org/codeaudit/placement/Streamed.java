package org.codeaudit.placement;

import java.util.ArrayList;
import java.util.List;
import org.codeaudit.model.Device;
import org.codeaudit.model.PlacementRequest.Strategy;
import org.codeaudit.placement.PlacementPlan.LayerPlace;
import org.codeaudit.placement.PlacementPlan.Residence;
import org.codeaudit.placement.weight.Kept;
import org.codeaudit.placement.weight.WeightTable;
import org.codeaudit.placement.weight.WeightTable.Way;

/**
 * Computed on one GPU, which holds the output projection, the cache, as many first layers as fit,
 * and room for two others: one that is computed while the next is copied there. Tokens are looked
 * up in memory. The other layers come from memory or, where a file can be mapped, from it.
 */
final class Streamed extends GpuAndMemory {
  /** Pinned memory through which weights go, filled and emptied in turn. */
  static final long PINNED = 2 * (64L << 20);

  /** Layers that have room on the GPU without staying there. */
  private static final int BUFFERS = 2;

  private final WeightTable source;

  Streamed(PlacementQuestion question) {
    super(question);
    this.source = question.weights(Way.SOURCE);
  }

  @Override
  PlanDraft draft(int positions) {
    Device gpu = largestGpu();
    Kept buffers = Kept.held(BUFFERS * onGpu.largestLayer());
    long rest = activations.bytes(true, positions) + cache(gpu, positions);
    long room = budgets.get(gpu).usable() - rest - onGpu.headAlone().held() - buffers.held();
    int hot = 0;
    while (hot < config.layers() - 1 && room >= onGpu.layer(hot).held()) {
      room -= onGpu.layer(hot).held();
      hot++;
    }
    PlanDraft.Books books =
        new PlanDraft.Books()
            .weights(gpu, onGpu.headAlone())
            .weights(gpu, buffers)
            .weights(Device.CPU, source.embedding())
            .cache(gpu, cache(gpu, positions))
            .activations(gpu, activations.bytes(true, positions))
            .activations(Device.CPU, PINNED + 4L * question.step().tokens() * config.hiddenSize());
    return draft(positions, gpu, hot, books);
  }

  private PlanDraft draft(int positions, Device gpu, int hot, PlanDraft.Books books) {
    List<LayerPlace> places = new ArrayList<>();
    long copied = 0;
    for (int layer = 0; layer < config.layers(); layer++) {
      boolean held = layer < hot;
      if (held) {
        books.weights(gpu, onGpu.layer(layer));
      } else {
        books.weights(Device.CPU, source.layer(layer));
        copied += onGpu.layer(layer).held();
      }
      places.add(new LayerPlace(gpu, gpu, held ? Residence.HELD : Residence.STREAMED));
    }
    return new PlanDraft(
        Strategy.STREAMED,
        positions,
        Device.CPU,
        places,
        gpu,
        books.shares(),
        books.needs(false),
        gpu
            + " computes all layers and holds "
            + hot
            + " of them; each step copies the "
            + Amount.bytes(copied)
            + " of the others there");
  }
}
