package org.codeaudit.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.codeaudit.model.Device;
import org.codeaudit.model.PlacementRequest.Strategy;
import org.codeaudit.placement.PlacementPlan.LayerPlace;
import org.codeaudit.placement.PlacementPlan.Residence;
import org.codeaudit.placement.weight.WeightTable;
import org.codeaudit.placement.weight.WeightTable.Way;

/**
 * Neighbouring layers on each of several GPUs, so that all are filled to the same part: the
 * embedding and the first layers on the first, the last ones and the output projection on the last.
 */
final class SeveralGpus extends Candidate {
  /** How often the part to which GPUs are filled is halved: far below the size of a layer. */
  private static final int HALVINGS = 24;

  private final WeightTable weights;
  private final List<Device> gpus;

  SeveralGpus(PlacementQuestion question) {
    super(question);
    this.weights = question.weights(Way.GPU);
    this.gpus = question.machine().gpus().stream().map(Machine.Gpu::device).toList();
  }

  @Override
  Optional<String> excluded() {
    return withoutGpu(2).or(this::sharedMemory);
  }

  @Override
  long most() {
    return wanted();
  }

  @Override
  PlanDraft draft(int positions) {
    long step = activations.bytes(true, positions);
    double low = 0;
    double high = 1;
    Optional<int[]> best = split(positions, step, 1);
    if (best.isEmpty()) {
      return draft(inEqualParts(), positions, step);
    }
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      Optional<int[]> split = split(positions, step, middle);
      if (split.isPresent()) {
        best = split;
        high = middle;
      } else {
        low = middle;
      }
    }
    return draft(best.get(), positions, step);
  }

  /**
   * Fills one GPU after the other up to a part of its room.
   *
   * @return for each item, the embedding, layers and the head, the index of its GPU; empty if the
   *     room does not suffice
   */
  private Optional<int[]> split(int positions, long step, double part) {
    int[] at = new int[config.layers() + 2];
    int gpu = 0;
    long room = room(gpu, step, part);
    for (int item = 0; item < at.length; item++) {
      while (room < bytes(item, gpus.get(gpu), positions)) {
        gpu++;
        if (gpu == gpus.size()) {
          return Optional.empty();
        }
        room = room(gpu, step, part);
      }
      at[item] = gpu;
      room -= bytes(item, gpus.get(gpu), positions);
    }
    return Optional.of(at);
  }

  private long room(int gpu, long step, double part) {
    return (long) (budgets.get(gpus.get(gpu)).usable() * part) - step;
  }

  private long bytes(int item, Device device, int positions) {
    if (item == 0) {
      return weights.embedding().held();
    }
    return item > config.layers()
        ? weights.headAlone().held()
        : weights.layer(item - 1).held() + cache(item - 1, device, positions);
  }

  /** A split that shows what is lacking. */
  private int[] inEqualParts() {
    int[] at = new int[config.layers() + 2];
    for (int item = 0; item < at.length; item++) {
      at[item] = item * gpus.size() / at.length;
    }
    return at;
  }

  private PlanDraft draft(int[] at, int positions, long step) {
    PlanDraft.Books books = new PlanDraft.Books();
    List<LayerPlace> places = new ArrayList<>();
    for (int item = 0; item < at.length; item++) {
      Device gpu = gpus.get(at[item]);
      books.activations(gpu, step);
      if (item == 0) {
        books.weights(gpu, weights.embedding());
      } else if (item > config.layers()) {
        books.weights(gpu, weights.headAlone());
      } else {
        books.weights(gpu, weights.layer(item - 1)).cache(gpu, cache(item - 1, gpu, positions));
        places.add(new LayerPlace(gpu, gpu, Residence.HELD));
      }
    }
    return new PlanDraft(
        Strategy.MULTI_GPU,
        positions,
        gpus.get(at[0]),
        places,
        gpus.get(at[at.length - 1]),
        books.shares(),
        books.needs(true),
        "Layers are split over the GPUs: " + counts(places));
  }

  private static String counts(List<LayerPlace> places) {
    return places.stream()
        .collect(Collectors.groupingBy(place -> place.device().toString(), Collectors.counting()))
        .entrySet()
        .stream()
        .sorted(Map.Entry.comparingByKey())
        .map(count -> count.getValue() + " on " + count.getKey())
        .collect(Collectors.joining(", "));
  }
}
