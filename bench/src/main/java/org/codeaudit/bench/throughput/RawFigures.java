package org.codeaudit.bench.throughput;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.fetch.ModelFetcher;
import org.codeaudit.fetch.ModelReference;
import org.codeaudit.model.ModelDescription;
import org.codeaudit.model.ModelSettings;
import org.codeaudit.model.torch.TorchLanguageModel;
import org.codeaudit.model.torch.machine.FloorProbe;
import org.codeaudit.model.torch.machine.Floors;
import org.codeaudit.model.torch.machine.ThisMachine;
import org.codeaudit.placement.Machine;
import org.codeaudit.placement.PlacementPlan;
import org.codeaudit.placement.PlacementQuestion;
import org.codeaudit.placement.Placements;
import org.codeaudit.placement.StepSize;
import org.codeaudit.placement.weight.Footprint;
import org.codeaudit.placement.weight.StepWork;

/**
 * What the machine does at most and what the model alone does on it, in one run.
 *
 * @param model that was measured; it is closed
 * @param floors of the device that computes
 * @param phases a prompt, and answers of 1, 8 and 16 sequences
 * @param growth if it was asked for
 */
record RawFigures(
    ModelDescription model, Floors floors, List<RawPhase> phases, Optional<Growth> growth) {
  private static final List<Integer> BATCHES = List.of(1, 8, 16);

  /** Steps of a turn. */
  private static final int STEPS = 4;

  /**
   * Loads a model and measures.
   *
   * @param promptTokens of the phases; fewer if the model's context or cache ends before
   * @param longestContext of the growth; 0 for none
   */
  static RawFigures measure(ModelSettings settings, int promptTokens, int longestContext) {
    int sequences = longestContext > 0 ? Growth.MOST_SEQUENCES : BATCHES.get(BATCHES.size() - 1);
    int longest = Math.max(promptTokens + RawBench.decoded(STEPS), longestContext);
    try (Checkpoint checkpoint =
        ModelFetcher.ofProcess().local(ModelReference.parse(settings.path())).open()) {
      ModelSettings roomy = withCache(checkpoint, settings, sequences, longest);
      return measure(checkpoint, roomy, sequences, promptTokens, longestContext);
    }
  }

  private static RawFigures measure(
      Checkpoint checkpoint,
      ModelSettings settings,
      int sequences,
      int promptTokens,
      int longestContext) {
    StepSize step = new StepSize(RawBench.STEP_TOKENS, sequences);
    try (TorchLanguageModel model = TorchLanguageModel.load(checkpoint, settings, step)) {
      StepWork work = new StepWork(Footprint.of(checkpoint), settings.precision());
      Floors before = floors(model, settings);
      List<RawPhase> phases = phases(model, work, promptTokens);
      Optional<Growth> growth =
          longestContext > 0
              ? Optional.of(Growth.measure(model, work, longestContext))
              : Optional.empty();
      Floors floors = before.best(floors(model, settings));
      return new RawFigures(model.description(), floors, phases, growth);
    }
  }

  /**
   * Settings with a cache for so many sequences of a length and the one they are copied from, or
   * half as much until there is a plan with it.
   */
  private static ModelSettings withCache(
      Checkpoint checkpoint, ModelSettings settings, int sequences, int longest) {
    if (settings.cacheTokens() > 0) {
      return settings;
    }
    Footprint model = Footprint.of(checkpoint);
    StepSize step = new StepSize(RawBench.STEP_TOKENS, sequences);
    Machine machine = ThisMachine.of(settings.device());
    int each = Math.min(longest, checkpoint.config().contextLength());
    for (int wanted = (sequences + 1) * each; wanted > 2 * RawBench.STEP_TOKENS; wanted /= 2) {
      ModelSettings asked = settings.withCacheTokens(wanted);
      if (Placements.of(PlacementQuestion.of(model, asked, machine, step))
          instanceof PlacementPlan) {
        return asked;
      }
    }
    return settings;
  }

  private static Floors floors(TorchLanguageModel model, ModelSettings settings) {
    int threads =
        settings.threads() > 0 ? settings.threads() : Runtime.getRuntime().availableProcessors();
    String device = model.description().device().split("\\+")[0];
    try (FloorProbe probe = FloorProbe.of(device, threads)) {
      return probe.floors();
    }
  }

  private static List<RawPhase> phases(TorchLanguageModel model, StepWork work, int promptTokens) {
    int behind = RawBench.decoded(STEPS);
    int room = Math.min(model.description().contextLength(), model.freeTokens() / 2) - behind;
    int length = Math.max(1, Math.min(promptTokens, room));
    List<RawPhase> phases = new ArrayList<>();
    WarmUp.run(model);
    try (RawBench bench = new RawBench(model, work, length)) {
      phases.add(bench.prefill(length));
      for (int sequences : BATCHES) {
        if (bench.lack(sequences, STEPS).isEmpty()) {
          bench.decode(sequences, STEPS).ifPresent(phases::add);
        }
      }
    }
    return phases;
  }

  /** Adds {@code floors}, {@code raw} and {@code growth} to the figures for programs. */
  void addTo(ObjectNode report) {
    ObjectNode machine =
        report
            .putObject("floors")
            .put("device", floors.device())
            .put("threads", floors.threads())
            .put("read_bytes_per_second", floors.readBytes())
            .put("f32_operations_per_second", floors.operations());
    floors.integerOperations().ifPresent(value -> machine.put("int8_operations_per_second", value));
    ArrayNode lines = report.putArray("raw");
    phases.forEach(phase -> lines.add(phase.json(floors)));
    if (growth.isPresent()) {
      ObjectNode grown = report.putObject("growth");
      ArrayNode measured = grown.putArray("phases");
      growth.get().phases().forEach(phase -> measured.add(phase.json(floors)));
      ArrayNode reasons = grown.putArray("left_out");
      growth.get().leftOut().forEach(reasons::add);
    }
  }
}
