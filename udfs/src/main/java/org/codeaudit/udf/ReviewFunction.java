package org.codeaudit.udf;

import java.util.Collections;
import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;

/**
 * Changes ({@link ChangeSchema}) to reviews ({@link ReviewSchema#REVIEWS}): a file is split into
 * units, each unit is one question and one row.
 */
public final class ReviewFunction implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final ReviewSettings settings;
  private final ProgressAccumulator progress;

  public ReviewFunction(ReviewSettings settings, ProgressAccumulator progress) {
    this.settings = settings;
    this.progress = progress;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> changes) {
    AnswerSettings answer = settings.answer();
    return new FinishedRows(
        new AnswerStream(new Work(changes, new TaskModel(answer)), answer.window()), progress);
  }

  /** The work of one partition, one file at a time, so that memory holds the units of few files. */
  private final class Work implements Iterator<AnswerStream.Work> {
    private final Iterator<Row> changes;
    private final TaskModel model;
    private Iterator<AnswerStream.Work> units = Collections.emptyIterator();

    Work(Iterator<Row> changes, TaskModel model) {
      this.changes = changes;
      this.model = model;
    }

    @Override
    public boolean hasNext() {
      while (!units.hasNext() && changes.hasNext()) {
        units = new FileReview(changes.next(), settings, model, progress).work();
      }
      return units.hasNext();
    }

    @Override
    public AnswerStream.Work next() {
      hasNext();
      return units.next();
    }
  }
}
