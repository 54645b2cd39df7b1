package org.codeaudit.bench.throughput;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.codeaudit.model.torch.machine.Floors;

/** What the machine and the model alone do, as tables for people. */
final class RawTable {
  private static final String FORMAT = "%-8s %8s %10s %9s %9s %11s %15s";

  private final PrintWriter out;

  RawTable(PrintWriter out) {
    this.out = out;
  }

  void floors(Floors floors) {
    out.printf(
        "Floors     %s (%s, %d threads)%n%n", floors.text(), floors.device(), floors.threads());
  }

  void phases(List<RawPhase> phases, Floors floors) {
    line("raw", "context", "sequences", "tok/s", "ms/step", "of reads %", "of f32 GEMM %");
    for (RawPhase phase : phases) {
      line(
          phase.phase(),
          phase.context(),
          phase.sequences(),
          String.format(Locale.ROOT, "%.1f", phase.tokensPerSecond()),
          String.format(Locale.ROOT, "%.1f", phase.millisPerStep()),
          Math.round(100 * phase.shareOfReads(floors)),
          Math.round(100 * phase.shareOfOperations(floors)));
    }
    out.println();
    out.flush();
  }

  /** A line for each context, a column for each number of sequences. */
  void growth(Growth growth) {
    out.printf(Locale.ROOT, "%-16s %13s ", "tokens a second", "prefill");
    out.println("  decode, sequences side by side");
    out.printf(Locale.ROOT, "%-16s %13s ", "context up to", "1");
    Growth.batches().forEach(batch -> out.printf(Locale.ROOT, " %8d", batch));
    out.println();
    growth.phases().stream()
        .filter(phase -> phase.phase().equals(RawPhase.PREFILL))
        .forEach(prefill -> growthLine(growth, prefill));
    growth.leftOut().forEach(reason -> out.println("Left out   " + reason));
    out.println();
    out.flush();
  }

  private void growthLine(Growth growth, RawPhase prefill) {
    out.printf(Locale.ROOT, "%-16d %13.1f ", prefill.context(), prefill.tokensPerSecond());
    for (int batch : Growth.batches()) {
      Optional<RawPhase> found =
          find(
              growth,
              phase ->
                  phase.phase().equals(RawPhase.DECODE)
                      && phase.sequences() == batch
                      && phase.context() == prefill.context());
      out.printf(
          Locale.ROOT,
          " %8s",
          found
              .map(phase -> String.format(Locale.ROOT, "%.1f", phase.tokensPerSecond()))
              .orElse("-"));
    }
    out.println();
  }

  private static Optional<RawPhase> find(Growth growth, Predicate<RawPhase> which) {
    return growth.phases().stream().filter(which).findFirst();
  }

  private void line(Object... cells) {
    out.println(String.format(Locale.ROOT, FORMAT, cells).stripTrailing());
  }
}
