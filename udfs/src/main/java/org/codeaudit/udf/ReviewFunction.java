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
  private final RunContext run;

  public ReviewFunction(ReviewSettings settings, RunContext run) {
    this.settings = settings;
    this.run = run;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> changes) {
    AnswerSettings answer = settings.answer();
    Isolation isolation = Isolation.of(run.isolation());
    return new AnswerStream(
        new Work(changes, new TaskModel(answer), isolation), isolation.window(answer.window()));
  }

  /** The work of one partition, one file at a time, so that memory holds the units of few files. */
  private final class Work implements Iterator<AnswerStream.Work> {
    private final Iterator<Row> changes;
    private final TaskModel model;
    private final Isolation isolation;
    private Iterator<AnswerStream.Work> units = Collections.emptyIterator();

    Work(Iterator<Row> changes, TaskModel model, Isolation isolation) {
      this.changes = changes;
      this.model = model;
      this.isolation = isolation;
    }

    @Override
    public boolean hasNext() {
      while (!units.hasNext() && changes.hasNext()) {
        units = new FileReview(changes.next(), settings, model, run, isolation).work();
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
