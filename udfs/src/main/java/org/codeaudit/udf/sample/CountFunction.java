package org.codeaudit.udf.sample;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.fetch.ModelFetcher;
import org.codeaudit.fetch.ModelOutline;
import org.codeaudit.fetch.ModelReference;
import org.codeaudit.prompt.Unit;
import org.codeaudit.udf.FileReview;
import org.codeaudit.udf.ShownUnit;
import org.codeaudit.udf.row.UnitRow;
import org.codeaudit.udf.run.EarlierAnswers;
import org.codeaudit.udf.run.FileUnits;
import org.codeaudit.udf.run.Isolation;
import org.codeaudit.udf.run.ModelText;
import org.codeaudit.udf.run.ReviewUnits;
import org.codeaudit.udf.setting.ReviewSettings;

/**
 * Turns changes into counts of what a review would ask, one count for consecutive rows of a
 * partition. Prompts are made and tokenised as in a review; only tokenizer, template and
 * configuration of the checkpoint are read.
 */
public final class CountFunction
    implements FlatMapFunction<Iterator<PlacedChange>, PartitionCount> {
  private static final long serialVersionUID = 1L;

  private final ReviewSettings settings;
  private final Broadcast<EarlierAnswers> earlier;
  private final long seed;
  private final int sample;

  /**
   * @param earlier what the run will find answered
   * @param seed of the samples of places
   * @param sample the most places of each kind that a partition reports
   */
  public CountFunction(
      ReviewSettings settings, Broadcast<EarlierAnswers> earlier, long seed, int sample) {
    this.settings = settings;
    this.earlier = earlier;
    this.seed = seed;
    this.sample = sample;
  }

  @Override
  public Iterator<PartitionCount> call(Iterator<PlacedChange> changes) {
    return changes.hasNext() ? new Counts(changes, open()) : List.<PartitionCount>of().iterator();
  }

  private ModelText open() {
    ModelReference reference = ModelReference.parse(settings.answer().model().path());
    try (ModelOutline outline = ModelFetcher.ofProcess().outline(reference);
        Checkpoint checkpoint = outline.open()) {
      ModelText text = ModelText.open(checkpoint, settings.answer().model());
      TaskContext task = TaskContext.get();
      if (task != null) {
        task.addTaskCompletionListener((TaskContext ended) -> text.close());
      }
      return text;
    }
  }

  private final class Counts implements Iterator<PartitionCount> {
    private final Iterator<PlacedChange> changes;
    private final ReviewUnits units;
    private PlacedChange next;

    Counts(Iterator<PlacedChange> changes, ModelText text) {
      this.changes = changes;
      this.units = new ReviewUnits(settings, text);
      this.next = changes.next();
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public PartitionCount next() {
      if (next == null) {
        throw new NoSuchElementException();
      }
      Tally tally = new Tally(next.partition());
      while (next != null && next.partition() == tally.partition) {
        tally.add(next, units);
        next = changes.hasNext() ? changes.next() : null;
      }
      return tally.count();
    }
  }

  private final class Tally {
    private final int partition;
    private final Map<String, Long> skipped = new HashMap<>();
    private final Map<String, Long> failed = new HashMap<>();
    private final PlaceSample askedSample = new PlaceSample(sample);
    private final PlaceSample skippedSample = new PlaceSample(sample);
    private final EarlierAnswers known = earlier.value();
    private long asked;
    private long promptTokens;
    private long carried;
    private long unchanged;

    Tally(int partition) {
      this.partition = partition;
    }

    void add(PlacedChange placed, ReviewUnits units) {
      ReviewSettings about = FileReview.about(placed.change(), settings);
      if (known.finished(UnitRow.inputKey(placed.change(), about))) {
        unchanged++;
        return;
      }
      FileUnits read = FileUnits.of(placed.change(), "", Isolation.NONE, () -> units);
      if (read instanceof FileUnits.Units some) {
        ask(placed, some, units, about);
      } else if (read instanceof FileUnits.Skipped row) {
        skip(placed, row.reason());
      } else if (read instanceof FileUnits.Failed row) {
        failed.merge(row.errorClass(), 1L, Long::sum);
      }
    }

    private void ask(
        PlacedChange placed, FileUnits.Units some, ReviewUnits units, ReviewSettings about) {
      for (Unit unit : some.units()) {
        if (!known.isEmpty() && isAnswered(placed, some, unit, about)) {
          continue;
        }
        int tokens = units.promptTokens(some.file(), unit, about.checks());
        asked++;
        promptTokens += tokens;
        askedSample.add(UnitPlace.of(seed, placed, unit.index(), tokens));
      }
    }

    /** Whether a unit's row is there already, or its answer is, which is counted. */
    private boolean isAnswered(
        PlacedChange placed, FileUnits.Units some, Unit unit, ReviewSettings about) {
      String content = ShownUnit.of(some.file(), unit, about).contentKey(about, List.of());
      if (known.finished(UnitRow.rowKey(placed.change(), Optional.of(unit), content))) {
        return true; // others of its file failed
      }
      boolean forward = known.answer(content).isPresent();
      carried += forward ? 1 : 0;
      return forward;
    }

    private void skip(PlacedChange placed, String reason) {
      int size = reason.indexOf(" (");
      skipped.merge(size < 0 ? reason : reason.substring(0, size), 1L, Long::sum);
      skippedSample.add(UnitPlace.of(seed, placed, UnitPlace.NO_UNIT, 0));
    }

    PartitionCount count() {
      return new PartitionCount(
          partition,
          asked,
          promptTokens,
          carried,
          unchanged,
          skipped,
          failed,
          askedSample.places(),
          skippedSample.places());
    }
  }
}
