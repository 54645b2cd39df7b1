package org.codeaudit.bench.throughput;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.codeaudit.model.torch.TorchLanguageModel;
import org.codeaudit.placement.weight.StepWork;

/**
 * How throughput grows: at contexts from 512 tokens on, each twice as long as the last, so many
 * sequences side by side, each time twice as many.
 *
 * @param phases what was measured
 * @param leftOut what was not, and why
 */
record Growth(List<RawPhase> phases, List<String> leftOut) {
  /** The most sequences side by side. */
  static final int MOST_SEQUENCES = 64;

  private static final int SHORTEST = 512;
  private static final int STEPS = 2;

  /** Without copies of the cache, tokens that may be read before the clock starts. */
  private static final int READ_AT_MOST = 16_384;

  /** The contexts up to a longest one. */
  static List<Integer> contexts(int longest) {
    return IntStream.iterate(Math.min(SHORTEST, longest), n -> n <= longest, n -> 2 * n)
        .boxed()
        .toList();
  }

  static List<Integer> batches() {
    return IntStream.iterate(1, n -> n <= MOST_SEQUENCES, n -> 2 * n).boxed().toList();
  }

  /**
   * Measures.
   *
   * @param wanted the longest context, if the model and its cache have room for it
   */
  static Growth measure(TorchLanguageModel model, StepWork work, int wanted) {
    List<RawPhase> phases = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    int own = model.description().contextLength();
    // a prompt and a copy of it
    int room = model.freeTokens() / 2;
    int longest = Math.min(wanted, Math.min(own, room));
    if (longest < wanted) {
      String reason =
          own <= room
              ? "the model's context ends at " + own + " tokens"
              : "the cache has " + 2 * room + " positions";
      leftOut.add("contexts above " + longest + ": " + reason);
    }
    WarmUp.run(model);
    try (RawBench bench = new RawBench(model, work, longest)) {
      int before = 0;
      for (int context : contexts(longest)) {
        // the last tokens of the context are those that are decoded
        int length = context - RawBench.decoded(STEPS);
        bench.read(Math.max(before, length - RawBench.STEP_TOKENS));
        phases.add(bench.prefill(length).at(context));
        decode(bench, model, context, phases, leftOut);
        before = length;
      }
    }
    return new Growth(List.copyOf(phases), List.copyOf(leftOut));
  }

  private static void decode(
      RawBench bench,
      TorchLanguageModel model,
      int context,
      List<RawPhase> phases,
      List<String> leftOut) {
    for (int sequences : batches()) {
      Optional<String> lack = bench.lack(sequences, STEPS);
      if (lack.isEmpty() && !model.keepsPositions() && sequences * context > READ_AT_MOST) {
        lack = Optional.of("recurrent states cannot be copied, and reading takes too long");
      }
      if (lack.isEmpty()) {
        bench.decode(sequences, STEPS).map(phase -> phase.at(context)).ifPresent(phases::add);
      } else {
        leftOut.add(
            String.format(
                Locale.ROOT,
                "context %d with %d sequences or more: %s",
                context,
                sequences,
                lack.get()));
        return;
      }
    }
  }
}
