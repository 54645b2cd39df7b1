package org.codeaudit.job.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.codeaudit.udf.sample.PartitionCount;
import org.codeaudit.udf.sample.PlaceSample;
import org.codeaudit.udf.sample.UnitPlace;

/** What a review of a source asks, as far as its partitions have been counted. */
public final class SourceCount {
  private final int[] sizes;
  private final double allSizes;
  private final List<PartitionCount> counts = new ArrayList<>();
  private final PlaceSample asked;
  private final PlaceSample skipped;

  /**
   * Nothing is counted yet.
   *
   * @param sizes commits, files or patch files of every partition
   * @param places how many places of each kind to keep
   */
  SourceCount(int[] sizes, int places) {
    this.sizes = sizes;
    this.allSizes = Arrays.stream(sizes).asDoubleStream().sum();
    this.asked = new PlaceSample(places);
    this.skipped = new PlaceSample(places);
  }

  /** Adds a partition; those that are added must be drawn at random, and each once. */
  void add(PartitionCount count) {
    asked.addAll(count.askedSample());
    skipped.addAll(count.skippedSample());
    counts.add(count.withoutSamples());
  }

  /** Partitions of the source. */
  public int partitions() {
    return sizes.length;
  }

  /** Partitions that were read. */
  public int read() {
    return counts.size();
  }

  /** Commits, files or patch files of the source. */
  public long units() {
    return (long) allSizes;
  }

  /** Whether everything was read, so that nothing of this is an estimate. */
  public boolean complete() {
    return counts.size() == sizes.length;
  }

  /** Rows the review will write. */
  public Interval rows() {
    return total(PartitionCount::rows);
  }

  /** Questions to the model. */
  public Interval asked() {
    return total(PartitionCount::asked);
  }

  /** Rows whose answer is carried forward from an earlier run. */
  public Interval carried() {
    return total(PartitionCount::carried);
  }

  /** Files that an earlier run has done: they get no row. */
  public Interval unchanged() {
    return total(PartitionCount::unchanged);
  }

  /** Tokens of the prompts. */
  public Interval promptTokens() {
    return total(PartitionCount::promptTokens);
  }

  /** Rows that will come back unasked, by reason, in alphabetical order. */
  public Map<String, Interval> skipped() {
    return by(PartitionCount::skipped);
  }

  /** Rows that will fail whatever the model, by error class, in alphabetical order. */
  public Map<String, Interval> failed() {
    return by(PartitionCount::failed);
  }

  /** A random sample of the questions that were counted, by rank. */
  List<UnitPlace> askedSample() {
    return asked.places();
  }

  /** A random sample of the rows that are skipped, by rank. */
  List<UnitPlace> skippedSample() {
    return skipped.places();
  }

  private Map<String, Interval> by(Function<PartitionCount, Map<String, Long>> kind) {
    Map<String, Interval> totals = new TreeMap<>();
    counts.stream()
        .flatMap(count -> kind.apply(count).keySet().stream())
        .distinct()
        .forEach(
            name -> totals.put(name, total(count -> kind.apply(count).getOrDefault(name, 0L))));
    return totals;
  }

  private Interval total(ToDoubleFunction<PartitionCount> value) {
    return Samples.total(
        counts.stream().mapToDouble(value).toArray(),
        counts.stream().mapToDouble(count -> sizes[count.partition()]).toArray(),
        allSizes,
        sizes.length);
  }
}
