package org.codeaudit.placement;

import java.util.Map;
import java.util.Optional;
import org.codeaudit.checkpoint.config.ModelConfig;
import org.codeaudit.model.Device;
import org.codeaudit.model.DeviceRequest.Wish;
import org.codeaudit.placement.weight.Footprint;

/**
 * One way to place a model: makes a draft for a number of cache positions. More positions never
 * need less memory.
 */
abstract class Candidate {
  final PlacementQuestion question;
  final Footprint model;
  final ModelConfig config;
  final Map<Device, Budget> budgets;
  final Activations activations;

  Candidate(PlacementQuestion question) {
    this.question = question;
    this.model = question.model();
    this.config = model.config();
    this.budgets = Budget.of(question.machine(), question.request());
    this.activations = new Activations(question);
  }

  /** Why this way is impossible whatever the sizes; empty if it is not. */
  abstract Optional<String> excluded();

  /** The most positions of cache that this way reserves if nobody asks for any. */
  abstract long most();

  /** How the model is placed with this many positions of cache; it may not fit. */
  abstract PlanDraft draft(int positions);

  /** The draft with the most positions that fits, or the one with the fewest, which does not. */
  final PlanDraft best() {
    int low = CacheRoom.least(config, question.cacheTokens());
    PlanDraft best = draft(low);
    if (question.cacheTokens() > 0 || !best.fits(budgets)) {
      return best;
    }
    long high = Math.min(Math.min(most(), wanted()), Integer.MAX_VALUE);
    while (low < high) {
      int middle = (int) (low + (high - low + 1) / 2);
      PlanDraft draft = draft(middle);
      if (draft.fits(budgets)) {
        low = middle;
        best = draft;
      } else {
        high = middle - 1;
      }
    }
    return best;
  }

  final long wanted() {
    return CacheRoom.wanted(config, question.cacheTokens());
  }

  /** Positions that take a quarter of a device's memory at most, but a useful number of them. */
  final long quarter(Device device) {
    long each = question.cachePerPosition(onGpu(device));
    long quarter = each == 0 ? wanted() : CacheRoom.quarter(budgets.get(device).free()) / each;
    return Math.max(quarter, CacheRoom.least(config, 0));
  }

  /** As a quarter, but no more than a batch needs: the rest is worth more for weights. */
  final long modest(Device device) {
    return Math.min(quarter(device), CacheRoom.ofBatch(config, question.step().sequences()));
  }

  /** Bytes of a layer's keys and values or recurrent states on a device. */
  final long cache(int layer, Device device, int positions) {
    long keys = question.cachePerPosition(layer, onGpu(device)) * positions;
    return keys + model.statePerSequence(layer) * question.states();
  }

  final long cache(Device device, int positions) {
    long sum = 0;
    for (int layer = 0; layer < config.layers(); layer++) {
      sum += cache(layer, device, positions);
    }
    return sum;
  }

  /** The GPU with the most room. */
  final Device largestGpu() {
    Device largest = question.machine().gpus().get(0).device();
    for (Machine.Gpu gpu : question.machine().gpus()) {
      if (budgets.get(gpu.device()).usable() > budgets.get(largest).usable()) {
        largest = gpu.device();
      }
    }
    return largest;
  }

  final Optional<String> withoutGpu(int gpus) {
    int there = question.machine().gpus().size();
    if (question.wish() == Wish.CPU) {
      return Optional.of("it needs a GPU, and the CPU was asked for");
    }
    String needed = gpus == 1 ? "a GPU" : gpus + " GPUs";
    return there < gpus
        ? Optional.of("it needs " + needed + ", and there is " + (there == 0 ? "none" : there))
        : Optional.empty();
  }

  final Optional<String> sharedMemory() {
    return question.machine().sharesMemory()
        ? Optional.of("the GPU shares the processor's memory, so that nothing is gained")
        : Optional.empty();
  }

  static boolean onGpu(Device device) {
    return device.gpu().isPresent();
  }
}
