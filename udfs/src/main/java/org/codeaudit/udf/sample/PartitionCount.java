package org.codeaudit.udf.sample;

import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * Counts of what a review of one partition of a source would ask.
 *
 * @param partition 0-based number among the source's partitions
 * @param asked questions to the model
 * @param promptTokens tokens of their prompts
 * @param carried units whose answer an earlier run gave, perhaps in a file of another name
 * @param unchanged files that an earlier run has done, which get no row
 * @param skipped rows that would be skipped, by reason; reasons are without sizes
 * @param failed rows that would fail whatever the model, by error class
 * @param askedSample some of the questions
 * @param skippedSample some of the rows that are skipped
 */
public record PartitionCount(
    int partition,
    long asked,
    long promptTokens,
    long carried,
    long unchanged,
    Map<String, Long> skipped,
    Map<String, Long> failed,
    List<UnitPlace> askedSample,
    List<UnitPlace> skippedSample)
    implements Serializable {

  /** Of a partition without rows. */
  public static PartitionCount empty(int partition) {
    return new PartitionCount(partition, 0, 0, 0, 0, Map.of(), Map.of(), List.of(), List.of());
  }

  /** The counts alone. */
  public PartitionCount withoutSamples() {
    return new PartitionCount(
        partition, asked, promptTokens, carried, unchanged, skipped, failed, List.of(), List.of());
  }

  /** Rows the review would write. */
  public long rows() {
    return asked + carried + sum(skipped) + sum(failed);
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
