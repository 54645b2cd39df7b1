package org.codeaudit.udf.sample;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.codeaudit.change.FileChange;
import org.codeaudit.prompt.Unit;
import org.codeaudit.rule.Suppressions;
import org.codeaudit.udf.FileReview;
import org.codeaudit.udf.UnitReview;
import org.codeaudit.udf.row.Flattened;
import org.codeaudit.udf.row.ReviewSchema;
import org.codeaudit.udf.run.AnswerStream;
import org.codeaudit.udf.run.EarlierAnswers;
import org.codeaudit.udf.run.Isolation;
import org.codeaudit.udf.run.ReviewUnits;
import org.codeaudit.udf.run.RunContext;
import org.codeaudit.udf.run.TaskModel;
import org.codeaudit.udf.setting.AnswerSettings;
import org.codeaudit.udf.setting.ReviewSettings;

/**
 * The rows ({@link ReviewSchema#REVIEWS}) of a few places, as a review would write them: the model
 * is asked about these units only, and is not loaded if nothing is asked.
 */
public final class MeasureFunction implements FlatMapFunction<Iterator<PlacedChange>, Row> {
  private static final long serialVersionUID = 1L;

  /** A row of the source. */
  private record Place(int partition, int ordinal) implements Serializable {}

  private final ReviewSettings settings;
  private final HashMap<Place, ArrayList<Integer>> wanted = new HashMap<>();

  /**
   * @param places which rows to make
   */
  public MeasureFunction(ReviewSettings settings, List<UnitPlace> places) {
    this.settings = settings;
    for (UnitPlace place : places) {
      wanted
          .computeIfAbsent(
              new Place(place.partition(), place.ordinal()), unused -> new ArrayList<>())
          .add(place.unit());
    }
  }

  @Override
  public Iterator<Row> call(Iterator<PlacedChange> changes) {
    AnswerSettings answer = settings.answer();
    TaskModel model = new TaskModel(answer);
    return new AnswerStream(
        new Flattened<>(changes, placed -> pieces(placed, model)), answer.window());
  }

  private Iterator<AnswerStream.Work> pieces(PlacedChange placed, TaskModel model) {
    List<Integer> units = wanted.get(new Place(placed.partition(), placed.ordinal()));
    return units == null ? Collections.emptyIterator() : pieces(placed.change(), units, model);
  }

  private Iterator<AnswerStream.Work> pieces(Row change, List<Integer> numbers, TaskModel model) {
    if (numbers.contains(UnitPlace.NO_UNIT)) {
      return new FileReview(change, settings, model, RunContext.alone(), Isolation.NONE).work();
    }
    FileChange file = ReviewUnits.fileChange(change);
    List<Unit> units = model.units(settings).split(file);
    Suppressions suppressions = FileReview.suppressions(change, file, settings);
    ReviewSettings asked = FileReview.about(change, settings);
    return numbers.stream()
        .map(
            number ->
                new UnitReview(
                        change,
                        file,
                        units.get(number),
                        units.size(),
                        asked,
                        List.of(),
                        model,
                        EarlierAnswers.NONE,
                        Isolation.NONE,
                        suppressions)
                    .ask())
        .iterator();
  }
}
