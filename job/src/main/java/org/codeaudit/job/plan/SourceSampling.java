package org.codeaudit.job.plan;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.codeaudit.job.audit.ChosenPartitions;
import org.codeaudit.job.source.ChangeTable;
import org.codeaudit.udf.run.EarlierAnswers;
import org.codeaudit.udf.sample.CountFunction;
import org.codeaudit.udf.sample.MeasureFunction;
import org.codeaudit.udf.sample.PartitionCount;
import org.codeaudit.udf.sample.PlacedChange;
import org.codeaudit.udf.sample.UnitPlace;
import org.codeaudit.udf.setting.ReviewSettings;

/**
 * Reads partitions of a source in random order, on executors, until the tokens of all of them are
 * known well enough. The order follows from the seed alone.
 */
public final class SourceSampling {
  /** Fewer partitions than this say little about how much partitions differ. */
  static final int LEAST = 32;

  /** A round beyond what the last estimate asked for saves another short one. */
  private static final double MARGIN = 1.1;

  private final JavaRDD<PlacedChange> changes;
  private final int[] sizes;
  private final int slots;
  private final ReviewSettings settings;
  private final Broadcast<EarlierAnswers> earlier;

  /**
   * @param changes the changes of one or more sources, as they were loaded
   * @param settings how they would be reviewed
   * @param earlier what the review will find answered
   */
  public SourceSampling(Dataset<Row> changes, ReviewSettings settings, EarlierAnswers earlier) {
    this.sizes = ChangeTable.partitionUnits(changes);
    this.changes = changes.javaRDD().mapPartitionsWithIndex(new Placing(), true);
    this.slots = changes.sparkSession().sparkContext().defaultParallelism();
    this.settings = settings;
    this.earlier = earlier.broadcast(changes.sparkSession().sparkContext());
    if (this.changes.getNumPartitions() != sizes.length) {
      throw new IllegalArgumentException("not a source, or no longer as it was loaded");
    }
  }

  /**
   * Counts partitions until the 95 % interval of the prompts' tokens is narrow enough, all are
   * counted or the time is over.
   *
   * @param within the half width that is narrow enough, as a part of the estimate; 0 for all
   * @param seconds after which no further round is begun
   * @param places how many places of each kind to keep, to choose measured rows from
   */
  public SourceCount count(long seed, double within, double seconds, int places) {
    long begin = System.nanoTime();
    List<Integer> order =
        IntStream.range(0, sizes.length).boxed().collect(Collectors.toCollection(ArrayList::new));
    Collections.shuffle(order, new Random(seed));
    SourceCount count = new SourceCount(sizes, places);
    int next = Math.min(sizes.length, Math.max(LEAST / 4, slots));
    while (next > 0) {
      read(order.subList(count.read(), count.read() + next), seed, places).forEach(count::add);
      double gone = (System.nanoTime() - begin) / 1e9;
      next = gone >= seconds ? 0 : next(count, within, (seconds - gone) * count.read() / gone);
    }
    return count;
  }

  /** How many partitions the next round reads; 0 for none. */
  private static int next(SourceCount count, double within, double affordable) {
    int read = count.read();
    int left = count.partitions() - read;
    Interval tokens = count.promptTokens();
    if (left == 0 || read >= LEAST && tokens.within(within)) {
      return 0;
    }
    int most = (int) Math.min(Math.min(left, read), Math.max(1, affordable));
    if (read < LEAST) {
      return most;
    }
    return (int) Math.min(most, Math.max(1, needed(count, tokens, within) * MARGIN - read));
  }

  /**
   * How many partitions should be enough if the rest is like those that were read: the variance
   * falls with {@code 1 / n - 1 / N} (Cochran 1977, section 4.7).
   */
  private static double needed(SourceCount count, Interval tokens, double within) {
    double all = count.partitions();
    double now = 1.0 / count.read() - 1 / all;
    double factor = within / tokens.relative();
    return Double.isNaN(factor) ? all : 1 / (now * factor * factor + 1 / all);
  }

  private List<PartitionCount> read(List<Integer> round, long seed, int places) {
    Map<Integer, PartitionCount> counted = new HashMap<>();
    round.forEach(partition -> counted.put(partition, PartitionCount.empty(partition)));
    only(round, slots)
        .mapPartitions(new CountFunction(settings, earlier, seed, places))
        .collect()
        .forEach(count -> counted.put(count.partition(), count));
    return round.stream().map(counted::get).toList();
  }

  /** The rows of these places as the review would write them; all of them on one executor. */
  List<Row> measure(List<UnitPlace> places) {
    Set<Integer> partitions = places.stream().map(UnitPlace::partition).collect(Collectors.toSet());
    return places.isEmpty()
        ? List.of()
        : only(partitions, 1).mapPartitions(new MeasureFunction(settings, places)).collect();
  }

  /** The changes of some partitions, in few tasks: each opens the tokenizer or model once. */
  private JavaRDD<PlacedChange> only(Collection<Integer> partitions, int tasks) {
    BitSet chosen = new BitSet();
    partitions.forEach(chosen::set);
    return ChosenPartitions.of(changes.rdd(), chosen).toJavaRDD().coalesce(tasks);
  }

  private static final class Placing
      implements Function2<Integer, Iterator<Row>, Iterator<PlacedChange>> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<PlacedChange> call(Integer partition, Iterator<Row> rows) {
      return new Iterator<>() {
        private int ordinal;

        @Override
        public boolean hasNext() {
          return rows.hasNext();
        }

        @Override
        public PlacedChange next() {
          return new PlacedChange(partition, ordinal++, rows.next());
        }
      };
    }
  }
}
