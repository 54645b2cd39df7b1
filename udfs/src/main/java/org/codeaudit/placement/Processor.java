package org.codeaudit.placement;

import java.util.Collections;
import java.util.Optional;
import org.codeaudit.model.Device;
import org.codeaudit.model.DeviceRequest.Wish;
import org.codeaudit.model.PlacementRequest.Strategy;
import org.codeaudit.placement.PlacementPlan.LayerPlace;
import org.codeaudit.placement.PlacementPlan.Residence;
import org.codeaudit.placement.weight.Kept;
import org.codeaudit.placement.weight.WeightTable;
import org.codeaudit.placement.weight.WeightTable.Way;

/** Everything for the processor: in memory, or in mapped files that may exceed it. */
public final class Processor extends Candidate {
  private final Strategy strategy;
  private final WeightTable weights;

  /**
   * @param strategy {@link Strategy#CPU} or {@link Strategy#DISK}
   */
  Processor(PlacementQuestion question, Strategy strategy) {
    super(question);
    this.strategy = strategy;
    this.weights = question.weights(strategy == Strategy.CPU ? Way.MEMORY : Way.DISK);
  }

  @Override
  Optional<String> excluded() {
    if (question.wish() == Wish.GPU) {
      return Optional.of("it uses no GPU, and one was asked for");
    }
    return weights
        .unmapped()
        .map(
            matrix ->
                matrix.name()
                    + " cannot be mapped: it is stored as "
                    + matrix.storage().encoding()
                    + " and has to be converted to "
                    + question.precision());
  }

  @Override
  long most() {
    return quarter(Device.CPU);
  }

  @Override
  PlanDraft draft(int positions) {
    Kept all = weights.all();
    PlanDraft.Books books =
        new PlanDraft.Books()
            .weights(Device.CPU, all)
            .cache(Device.CPU, cache(Device.CPU, positions))
            .activations(Device.CPU, activations.bytes(false, positions));
    boolean inMemory = strategy == Strategy.CPU;
    // what kernels use decides: beside packed matrices the file is mapped, but not needed
    long packed = weights.feedForward().stream().mapToLong(Kept::held).sum();
    Residence residence = inMemory && packed > 0 ? Residence.HELD : Residence.MAPPED;
    return new PlanDraft(
        strategy,
        positions,
        Device.CPU,
        Collections.nCopies(config.layers(), new LayerPlace(Device.CPU, Device.CPU, residence)),
        Device.CPU,
        books.shares(),
        books.needs(inMemory),
        inMemory
            ? "Everything is in memory, for the processor"
            : "The processor multiplies with "
                + Amount.bytes(all.mapped())
                + " in mapped files, of which the system keeps in memory what it can");
  }
}
