package org.codeaudit.bench.load;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * A line of the table: one way to load the model, begun in one state of the machine.
 *
 * @param load precision and placement
 * @param start the state of the machine before it
 * @param packedBytes what lay in the folder of packed weights afterwards
 * @param neededBytes of the files that are read for the first token if nothing is read in vain
 * @param results one for each repetition
 * @param reads a plain read after each that was measured: cold after cold starts, warm after warm
 *     ones
 */
record LoadRow(
    LoadCase load,
    Start start,
    long packedBytes,
    long neededBytes,
    List<LoadResult> results,
    List<PlainRead> reads) {

  /** What the machine still has of earlier loads. */
  enum Start {
    /** Nothing: the files are on disk, and no packed weights are. */
    FIRST,
    /** Packed weights on disk. */
    SECOND,
    /** Files and packed weights in memory. */
    WARM;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  LoadRow {
    results = List.copyOf(results);
    reads = List.copyOf(reads);
  }

  /** The plain read to compare with. */
  Optional<PlainRead> read() {
    return PlainRead.median(reads);
  }

  /** Of the run that took the median time, if all went well. */
  Optional<LoadFigures> figures() {
    List<LoadFigures> figures =
        results.stream()
            .flatMap(result -> result.figures().stream())
            .sorted(Comparator.comparingDouble(LoadFigures::firstTokenSeconds))
            .toList();
    return figures.size() < results.size()
        ? Optional.empty()
        : Optional.of(figures.get(figures.size() / 2));
  }

  /** Why there are no figures. */
  Optional<String> reason() {
    return results.stream()
        .flatMap(
            result ->
                result
                    .reason()
                    .map(why -> result.status().name().toLowerCase(Locale.ROOT) + ": " + why)
                    .stream())
        .findFirst();
  }

  /** Bytes of the checkpoint a second, from opening it to the first token. */
  Optional<Double> gigabytesPerSecond() {
    return compared((f, read) -> read.bytes() / f.firstTokenSeconds() / 1e9);
  }

  /** The time to open as a part of the time of the plain read. */
  Optional<Double> openToRead() {
    return compared((f, read) -> f.openSeconds() / read.seconds());
  }

  /** The time to the first token, of the plain read of what it needs. */
  Optional<Double> firstTokenToRead() {
    return compared((f, read) -> f.firstTokenSeconds() / read.secondsFor(neededBytes));
  }

  private Optional<Double> compared(BiFunction<LoadFigures, PlainRead, Double> ratio) {
    return figures().flatMap(f -> read().map(read -> ratio.apply(f, read)));
  }

  /** The most memory, of what the model said it takes. */
  Optional<Double> peakToDeclared() {
    return figures()
        .filter(f -> f.peakBytes() > 0)
        .map(f -> (double) f.peakBytes() / f.declaredBytes());
  }
}
