package org.codeaudit.placement;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.codeaudit.model.Device;
import org.codeaudit.model.PlacementRequest.Strategy;
import org.codeaudit.placement.PlacementPlan.LayerPlace;
import org.codeaudit.placement.PlacementPlan.Residence;
import org.codeaudit.placement.weight.WeightTable;
import org.codeaudit.placement.weight.WeightTable.Way;

/** Everything on one GPU: the first on which it fits. */
final class OneGpu extends Candidate {
  private final WeightTable weights;

  OneGpu(PlacementQuestion question) {
    super(question);
    this.weights = question.weights(Way.GPU);
  }

  @Override
  Optional<String> excluded() {
    return withoutGpu(1);
  }

  @Override
  long most() {
    return wanted();
  }

  @Override
  PlanDraft draft(int positions) {
    for (Machine.Gpu gpu : question.machine().gpus()) {
      PlanDraft draft = draft(gpu.device(), positions);
      if (draft.fits(budgets)) {
        return draft;
      }
    }
    return draft(largestGpu(), positions);
  }

  private PlanDraft draft(Device gpu, int positions) {
    PlanDraft.Books books =
        new PlanDraft.Books()
            .weights(gpu, weights.all())
            .cache(gpu, cache(gpu, positions))
            .activations(gpu, activations.bytes(true, positions));
    List<LayerPlace> places =
        Collections.nCopies(config.layers(), new LayerPlace(gpu, gpu, Residence.HELD));
    return new PlanDraft(
        Strategy.GPU,
        positions,
        gpu,
        places,
        gpu,
        books.shares(),
        books.needs(true),
        "Everything is on " + gpu);
  }
}
