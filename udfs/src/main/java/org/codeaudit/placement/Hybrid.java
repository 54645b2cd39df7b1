package org.codeaudit.placement;

import java.util.ArrayList;
import java.util.List;
import org.codeaudit.model.Device;
import org.codeaudit.model.PlacementRequest.Strategy;
import org.codeaudit.placement.PlacementPlan.LayerPlace;
import org.codeaudit.placement.PlacementPlan.Residence;
import org.codeaudit.placement.weight.WeightTable;
import org.codeaudit.placement.weight.WeightTable.Way;

/**
 * One GPU and the processor together. Of a model of experts, the GPU has all but the experts, and
 * those of as many first layers as fit. Of a dense model, the processor has the embedding and the
 * first layers, the GPU the last ones and the output projection: a step crosses over once.
 */
final class Hybrid extends GpuAndMemory {
  private final WeightTable inMemory;

  Hybrid(PlacementQuestion question) {
    super(question);
    this.inMemory = question.weights(Way.MEMORY);
  }

  @Override
  PlanDraft draft(int positions) {
    // the fewest layers on the processor with which the GPU suffices
    int most = config.layers();
    for (int layers = 0; layers < most; layers++) {
      PlanDraft draft = draft(positions, layers);
      if (draft.needs().get(largestGpu()) <= budgets.get(largestGpu()).usable()) {
        return draft;
      }
    }
    return draft(positions, most);
  }

  private PlanDraft draft(int positions, int onProcessor) {
    return config.experts().isPresent()
        ? sparse(positions, onProcessor)
        : dense(positions, onProcessor);
  }

  private PlanDraft sparse(int positions, int onProcessor) {
    Device gpu = largestGpu();
    PlanDraft.Books books =
        books(positions).weights(gpu, onGpu.embedding()).weights(gpu, onGpu.head());
    List<LayerPlace> places = new ArrayList<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      boolean whole = layer < config.layers() - onProcessor;
      books.weights(gpu, onGpu.common().get(layer)).cache(gpu, cache(layer, gpu, positions));
      if (whole) {
        books.weights(gpu, onGpu.feedForward().get(layer));
      } else {
        books.weights(Device.CPU, inMemory.feedForward().get(layer));
      }
      places.add(new LayerPlace(gpu, whole ? gpu : Device.CPU, Residence.HELD));
    }
    String summary =
        "Attention, routers and embeddings are on "
            + gpu
            + ", with the experts of "
            + (config.layers() - onProcessor)
            + " layers; the processor computes the experts of "
            + onProcessor;
    return finished(positions, gpu, gpu, places, books, summary);
  }

  private PlanDraft dense(int positions, int onProcessor) {
    Device gpu = largestGpu();
    PlanDraft.Books books =
        books(positions).weights(Device.CPU, inMemory.embedding()).weights(gpu, onGpu.headAlone());
    List<LayerPlace> places = new ArrayList<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      Device device = layer < onProcessor ? Device.CPU : gpu;
      books
          .weights(device, (layer < onProcessor ? inMemory : onGpu).layer(layer))
          .cache(device, cache(layer, device, positions));
      places.add(new LayerPlace(device, device, Residence.HELD));
    }
    String summary =
        "The processor computes the first "
            + onProcessor
            + " layers, "
            + gpu
            + " the other "
            + (config.layers() - onProcessor);
    return finished(positions, Device.CPU, gpu, places, books, summary);
  }

  private PlanDraft.Books books(int positions) {
    return new PlanDraft.Books()
        .activations(largestGpu(), activations.bytes(true, positions))
        .activations(Device.CPU, activations.bytes(false, positions));
  }

  private static PlanDraft finished(
      int positions,
      Device embedding,
      Device head,
      List<LayerPlace> places,
      PlanDraft.Books books,
      String summary) {
    return new PlanDraft(
        Strategy.HYBRID,
        positions,
        embedding,
        places,
        head,
        books.shares(),
        books.needs(true),
        summary);
  }
}
