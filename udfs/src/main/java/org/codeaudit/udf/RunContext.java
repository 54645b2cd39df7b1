package org.codeaudit.udf;

import java.io.Serializable;
import org.apache.spark.broadcast.Broadcast;

/**
 * What a run gives the functions that ask the model. Small and serialisable.
 *
 * @param progress is told of every row; null if nobody waits
 * @param earlier what earlier runs left in the table; null if nothing counts
 * @param isolation how rows that kill their executor are found; null if they are not
 */
public record RunContext(
    ProgressAccumulator progress, Broadcast<EarlierAnswers> earlier, IsolationSettings isolation)
    implements Serializable {

  /** Of rows that belong to no series of runs: nothing was answered before, nothing is isolated. */
  public static RunContext alone() {
    return new RunContext(null, null, null);
  }

  void add(Progress more) {
    if (progress != null) {
      progress.add(more);
    }
  }

  EarlierAnswers earlierAnswers() {
    return earlier == null ? EarlierAnswers.NONE : earlier.value();
  }
}
