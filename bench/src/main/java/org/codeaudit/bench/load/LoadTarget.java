package org.codeaudit.bench.load;

import static org.codeaudit.bench.load.LoadRow.Start.FIRST;
import static org.codeaudit.bench.load.LoadRow.Start.WARM;

import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.codeaudit.model.Precision;

/**
 * What loading should come to: a ratio of times of the same run, or of memory.
 *
 * @param name what is compared with what
 * @param limit the ratio should not be above it
 * @param concerns the rows that it is asked of
 * @param ratio of a row; empty where it was not measured
 */
record LoadTarget(
    String name,
    double limit,
    Predicate<LoadRow> concerns,
    Function<LoadRow, Optional<Double>> ratio) {
  private static final Set<Precision> QUANTISED =
      EnumSet.of(Precision.INT8, Precision.INT4, Precision.NF4);

  /**
   * The targets.
   *
   * @param coldSeconds of a plain read of the same files
   */
  static List<LoadTarget> of(double coldSeconds) {
    return List.of(
        new LoadTarget(
            "warm open, unquantised, to one cold read",
            0.1,
            row -> row.start() == WARM && !quantised(row),
            row -> row.figures().map(f -> f.openSeconds() / coldSeconds)),
        new LoadTarget(
            "warm open, unquantised, to one warm read",
            0.1,
            row -> row.start() == WARM && !quantised(row),
            LoadRow::openToRead),
        new LoadTarget(
            "cold first token to a cold read of the bytes it needs",
            1.2,
            row -> row.start() != WARM && !(row.start() == FIRST && quantised(row)),
            LoadRow::firstTokenToRead),
        new LoadTarget(
            "quantising while loading to one cold read",
            1.5,
            row -> row.start() == FIRST && quantised(row),
            LoadRow::openToRead),
        new LoadTarget(
            "peak resident memory to what the plan says",
            1.1,
            row -> true,
            LoadRow::peakToDeclared));
  }

  /** The row that is furthest from the target, with its ratio; empty if none was measured. */
  Optional<Map.Entry<LoadRow, Double>> worst(List<LoadRow> rows) {
    return rows.stream()
        .filter(concerns)
        .flatMap(row -> ratio.apply(row).map(value -> Map.entry(row, value)).stream())
        .max(Comparator.comparingDouble(Map.Entry::getValue));
  }

  private static boolean quantised(LoadRow row) {
    return QUANTISED.contains(row.load().precision());
  }
}
