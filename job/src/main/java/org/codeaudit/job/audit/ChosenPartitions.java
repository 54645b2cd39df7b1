package org.codeaudit.job.audit;

import java.io.Serializable;
import java.util.BitSet;
import org.apache.spark.rdd.PartitionPruningRDD;
import org.apache.spark.rdd.RDD;
import scala.runtime.AbstractFunction1;

/** Some partitions of a planned input; a job over them starts no task for the others. */
public final class ChosenPartitions extends AbstractFunction1<Object, Object>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private final BitSet chosen;

  private ChosenPartitions(BitSet chosen) {
    this.chosen = chosen;
  }

  /** The rows of the partitions with these numbers, in their order. */
  public static <T> RDD<T> of(RDD<T> all, BitSet chosen) {
    return PartitionPruningRDD.create(all, new ChosenPartitions(chosen));
  }

  /** Whether a partition is one of them. */
  @Override
  public Object apply(Object partition) {
    return chosen.get((Integer) partition);
  }
}
