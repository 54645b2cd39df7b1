package org.codeaudit.udf.run;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.sql.Row;
import org.codeaudit.generate.request.NotStarted;
import org.codeaudit.model.ModelFailure;

/**
 * The rows of one task, in the order of its work. Work is taken while the window of questions in
 * flight has room; a row that is ready before its turn is held, so that one slow answer does not
 * keep others from being asked. When the task ends early its questions are withdrawn from the
 * engine.
 */
public final class AnswerStream implements Iterator<Row> {

  /** A piece of work: a row that is ready, or a question the engine has been asked. */
  public sealed interface Work {

    /** The same with other rows. */
    Work map(UnaryOperator<Row> change);

    /** A row that needs no model. */
    record Ready(Row row) implements Work {
      @Override
      public Ready map(UnaryOperator<Row> change) {
        return new Ready(change.apply(row));
      }
    }

    /**
     * A question in flight, or several with one result.
     *
     * @param answer completes when the engine is done with it
     * @param row makes the row of an answer
     * @param failure makes the row of a question that failed on its own
     */
    record Asked<T>(
        CompletableFuture<T> answer, Function<T, Row> row, Function<Throwable, Row> failure)
        implements Work {
      @Override
      public Asked<T> map(UnaryOperator<Row> change) {
        return new Asked<>(answer, row.andThen(change), failure.andThen(change));
      }

      /** The row of the answer, which must have arrived. */
      Row answered() {
        return row.apply(answer.join());
      }
    }
  }

  private static final long LOOK_MILLIS = 500;

  /**
   * The most rows that wait for a slower one before them: a few megabytes, and far more rows than
   * are answered in the meantime.
   */
  static final int MOST_HELD = 2048;

  private record Done(Place place, Throwable failure) {}

  /** Where a row will be yielded; the row is null until it is ready. */
  private static final class Place {
    private Row row;
  }

  private final Iterator<Work> work;
  private final int window;
  private final int mostHeld;
  private final Runnable look;
  private final BlockingQueue<Done> done = new LinkedBlockingQueue<>();
  private final Map<Place, Work.Asked<?>> inFlight = new HashMap<>();

  /** From the next row on; those in flight and those that are held. */
  private final Deque<Place> places = new ArrayDeque<>();

  private Row next;

  /**
   * @param work yields pieces of work, asking the engine as it goes
   * @param window the most questions in flight: enough to keep the batch full, few enough to bound
   *     memory
   */
  public AnswerStream(Iterator<Work> work, int window) {
    this(work, window, () -> {});
  }

  /**
   * A stream whose questions may be withdrawn: one that {@linkplain NotStarted was not started}
   * gives no row.
   *
   * @param look called now and then while the task waits for answers
   */
  public AnswerStream(Iterator<Work> work, int window, Runnable look) {
    this(work, window, look, MOST_HELD);
  }

  /**
   * A stream with another limit for rows that are held.
   *
   * @param mostHeld the most rows that are ready and wait for one before them, at least 1
   */
  AnswerStream(Iterator<Work> work, int window, Runnable look, int mostHeld) {
    this.look = look;
    this.work = work;
    this.window = window;
    this.mostHeld = mostHeld;
    TaskContext task = TaskContext.get();
    if (task != null) {
      task.addTaskCompletionListener(
          (TaskContext ended) -> inFlight.values().forEach(asked -> asked.answer().cancel(true)));
    }
  }

  @Override
  public boolean hasNext() {
    if (next == null) {
      next = advance();
    }
    return next != null;
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Row row = next;
    next = null;
    return row;
  }

  private Row advance() {
    takeDone();
    ask();
    while (!places.isEmpty() && places.getFirst().row == null) {
      take(await());
      takeDone();
      ask();
    }
    return places.isEmpty() ? null : places.removeFirst().row;
  }

  private void ask() {
    while (room() && work.hasNext()) {
      Place place = new Place();
      places.addLast(place);
      Work piece = work.next();
      if (piece instanceof Work.Ready ready) {
        place.row = ready.row();
      } else {
        ask(place, (Work.Asked<?>) piece);
      }
    }
  }

  /**
   * A window of one is for rows that have to run alone: nothing is asked before the last row was
   * taken, so that the next one is not blamed for whatever ends the process in between.
   */
  private boolean room() {
    return window == 1
        ? places.isEmpty()
        : inFlight.size() < window && places.size() - inFlight.size() < mostHeld;
  }

  private void ask(Place place, Work.Asked<?> asked) {
    inFlight.put(place, asked);
    asked.answer().whenComplete((answer, failure) -> done.add(new Done(place, failure)));
  }

  /**
   * Rows are made when their answers come, even before their turn, so that the memory of answers is
   * freed.
   */
  private void take(Done finished) {
    Work.Asked<?> asked = inFlight.remove(finished.place());
    if (finished.failure() instanceof NotStarted) {
      places.remove(finished.place());
    } else {
      finished.place().row = row(asked, finished);
    }
  }

  private void takeDone() {
    for (Done finished = done.poll(); finished != null; finished = done.poll()) {
      take(finished);
    }
  }

  private Done await() {
    try {
      Done finished = done.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      while (finished == null) {
        look.run();
        finished = done.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      }
      return finished;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TaskKilledException("interrupted while waiting for the model");
    }
  }

  private static Row row(Work.Asked<?> work, Done finished) {
    if (finished.failure() == null) {
      try {
        return work.answered();
      } catch (RuntimeException e) {
        return work.failure().apply(e);
      }
    }
    if (concernsTheRow(finished.failure())) {
      return work.failure().apply(finished.failure());
    }
    // Not this row's fault: the model is dead or the engine closed. Spark tries the task elsewhere.
    throw new IllegalStateException(
        "The engine failed: " + finished.failure().getMessage(), finished.failure());
  }

  /** If a prompt, grammar or text throws, the engine fails only the row it belongs to. */
  private static boolean concernsTheRow(Throwable failure) {
    return failure instanceof RuntimeException
        && !(failure instanceof ModelFailure)
        && !(failure instanceof CancellationException);
  }
}
