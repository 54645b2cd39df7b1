package org.codeaudit.job.source.row;

import java.util.List;

/**
 * What a source is going to read.
 *
 * @param units commits (git, diff mode), files (git, file mode) or patch files (diff), for progress
 */
public record SourcePlan(List<ChangePartition> partitions, long units) {
  public SourcePlan {
    partitions = List.copyOf(partitions);
  }
}
